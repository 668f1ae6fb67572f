/** The zone of the device: what concerns the person, not a business, is told in it. */
export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
