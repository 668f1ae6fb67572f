import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { isProblem, type Schema } from "@/api/client";
import { Only, useBusiness, useMay } from "@/shell/business";
import { dateWords } from "@/text/format";
import { useLang } from "@/text/lang";
import { useTexts } from "@/text/texts";
import { Page } from "@/ui/page";
import { Await } from "@/ui/state";
import { toast } from "@/ui/toast";
import { BookingsPart } from "./bookings-part";
import { ConsentsPart } from "./consents-part";
import { DataPart } from "./data-part";
import { DuplicatesPart } from "./duplicates-part";
import { NotesPart } from "./notes-part";
import { fullKana, fullName } from "./person";
import { ProfilePart } from "./profile-part";
import { customerQuery } from "./queries";
import { words } from "./texts";

export function Customer() {
  return (
    <Only may="seeCustomers">
      <CustomerPage />
    </Only>
  );
}

function CustomerPage() {
  const t = useTexts(words);
  const navigate = useNavigate();
  const { id } = useBusiness();
  const { customerId } = useParams({ from: "/console/b/$businessId/customers/$customerId" });
  const query = useQuery(customerQuery(id, customerId));
  const became = isProblem(query.error, "customer.merged") ? String(query.error.problem["customer_id"] ?? "") : "";
  useEffect(() => {
    if (!became) return;
    toast(t.merged);
    void navigate({ to: "/console/b/$businessId/customers/$customerId", params: { businessId: id, customerId: became }, replace: true });
  }, [became, id, navigate, t.merged]);
  return (
    <Page
      title={query.data ? fullName(query.data) || t.unnamed : t.title}
      named={query.data !== undefined}
      actions={
        <Link to="/console/b/$businessId/customers" params={{ businessId: id }} className="target inline-flex items-center underline">
          {t.back}
        </Link>
      }
    >
      <Await query={query}>{(customer) => <Parts key={customer.id} customer={customer} />}</Await>
    </Page>
  );
}

function Parts({ customer }: { customer: Schema["CustomerDetail"] }) {
  const t = useTexts(words);
  const lang = useLang();
  const manages = useMay("mergeCustomers");
  if (customer.erased_at) {
    return (
      <>
        <div className="mb-6 rounded-xl bg-sunken p-4">
          <p className="font-medium">{t.erasedTitle}</p>
          <p className="text-ink-soft">{t.erasedText(dateWords(customer.erased_at.slice(0, 10), lang))}</p>
        </div>
        <BookingsPart customer={customer} />
      </>
    );
  }
  return (
    <>
      {fullKana(customer) && (
        <p className="-mt-4 mb-4 text-ink-soft" lang="ja">
          <bdi>{fullKana(customer)}</bdi>
        </p>
      )}
      <div className="grid gap-x-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <div className="min-w-0">
          <BookingsPart customer={customer} />
          <NotesPart customer={customer} />
        </div>
        <div className="min-w-0">
          <ProfilePart customer={customer} />
          <ConsentsPart customer={customer} />
          {manages && <DuplicatesPart customer={customer} />}
          {manages && <DataPart customer={customer} />}
        </div>
      </div>
    </>
  );
}
