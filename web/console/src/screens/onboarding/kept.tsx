/** What is stored already. */
export function Kept({ names }: { names: string[] }) {
  if (names.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-2">
      {names.map((name, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two may have one name
        <li key={i} className="rounded-full bg-sunken px-3 py-1">
          <bdi>{name}</bdi>
        </li>
      ))}
    </ul>
  );
}
