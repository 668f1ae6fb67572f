import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { profileQuery, resourcesQuery, servicesQuery } from "@/api/business";
import { api, dataOf } from "@/api/client";
import { hoursQuery } from "@/screens/hours/queries";
import { Only, useBusiness } from "@/shell/business";
import { addDays, todayIn } from "@/text/format";
import { useTexts } from "@/text/texts";
import { Page, Section } from "@/ui/page";
import { Await } from "@/ui/state";
import { HoursStep } from "./hours-step";
import { MenusStep } from "./menus-step";
import { doneSteps, nextStep, type Step, steps } from "./progress";
import { PublishStep, TestStep } from "./publish-step";
import { ShopStep } from "./shop-step";
import { StaffStep } from "./staff-step";
import { words } from "./texts";

export function Onboarding() {
  return (
    <Only may="changeSettings">
      <Steps />
    </Only>
  );
}

/** Whether anybody booked by the public page yet. */
const bookedQuery = (business: string, zone: string) => ({
  queryKey: ["business", business, "bookings", "first"],
  queryFn: async () => {
    const today = todayIn(zone);
    const page = dataOf(
      await api.GET("/api/v1/businesses/{business_id}/bookings", {
        params: { path: { business_id: business }, query: { from: addDays(today, -1), to: addDays(today, 90), limit: 20 } },
      }),
    );
    return page.items.some((b) => b.source === "public");
  },
  refetchInterval: (query: { state: { data?: boolean } }) => (query.state.data ? false : 5_000),
});

function Steps() {
  const t = useTexts(words);
  const { id } = useBusiness();
  const queries = useQueryClient();
  // Whoever waits for the approval sees it without asking.
  const profile = useQuery({
    ...profileQuery(id),
    refetchInterval: (query) => (query.state.data?.status === "pending_review" ? 10_000 : false),
  });
  const services = useQuery(servicesQuery(id));
  const resources = useQuery(resourcesQuery(id));
  const hours = useQuery(hoursQuery(id));
  const zone = profile.data?.timezone ?? "Asia/Tokyo";
  const booked = useQuery({ ...bookedQuery(id, zone), enabled: profile.data?.status === "approved" });
  const [chosen, setChosen] = useState<Step | null>(null);
  const all = {
    data:
      profile.data && services.data && resources.data && hours.data
        ? { profile: profile.data, services: services.data, resources: resources.data, hours: hours.data, booked: booked.data ?? false }
        : undefined,
    error: profile.error ?? services.error ?? resources.error ?? hours.error,
    refetch: () => queries.invalidateQueries({ queryKey: ["business", id] }),
  };
  // After a step what is stored decides where to go on.
  const goOn = async () => {
    await queries.invalidateQueries({ queryKey: ["business", id] });
    void queries.invalidateQueries({ queryKey: ["businesses"] });
    setChosen(null);
  };
  return (
    <Page title={t.title} intro={t.intro}>
      <Await query={all}>
        {(state) => {
          const done = doneSteps(state);
          const step = chosen ?? nextStep(done);
          return (
            <>
              <p className="mb-2 text-sm text-ink-soft">{t.doneOf(done.size, steps.length)}</p>
              <ol className="mb-5 flex flex-wrap gap-2">
                {steps.map((name, i) => (
                  <li key={name}>
                    <button
                      type="button"
                      aria-current={step === name ? "step" : undefined}
                      className={`target flex items-center gap-2 rounded-full border px-4 py-1 ${step === name ? "border-accent bg-accent-soft font-semibold" : "border-line bg-surface"}`}
                      onClick={() => setChosen(name)}
                    >
                      <span aria-hidden className={done.has(name) ? "text-good" : "text-ink-soft"}>
                        {done.has(name) ? "✓" : i + 1}
                      </span>
                      {t.steps[name]}
                      {done.has(name) && <span className="sr-only">{t.done}</span>}
                    </button>
                  </li>
                ))}
              </ol>
              <Section title={t.steps[step]} key={step}>
                {step === "shop" && <ShopStep profile={state.profile} onDone={goOn} />}
                {step === "staff" && <StaffStep profile={state.profile} resources={state.resources} onDone={goOn} />}
                {step === "menus" && <MenusStep profile={state.profile} services={state.services} onDone={goOn} />}
                {step === "hours" && <HoursStep profile={state.profile} stored={state.hours} onDone={goOn} />}
                {step === "publish" && <PublishStep {...state} done={done} onDone={goOn} onStep={setChosen} />}
                {step === "test" && <TestStep profile={state.profile} booked={state.booked} />}
              </Section>
            </>
          );
        }}
      </Await>
    </Page>
  );
}
