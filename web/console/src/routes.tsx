import { createRootRoute, createRoute, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { AdminShell } from "./shell/admin-shell";
import { BusinessScope } from "./shell/business";
import { BusinessShell } from "./shell/business-shell";
import { Toaster } from "./ui/toast";

// Every address of the two areas. A screen is loaded when it is first opened.

const root = createRootRoute({
  component: () => (
    <>
      <Outlet />
      <Toaster />
    </>
  ),
});

const next = (search: Record<string, unknown>): { next?: string } => {
  const to = search["next"];
  // Our own addresses only: a foreign one would be an open redirect.
  // What is left out of the answer would stay as it came: it must be there, as nothing.
  return { next: typeof to === "string" && /^\/(console|admin)(\/|\?|$)/.test(to) ? to : undefined };
};

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/console/sign-in",
  validateSearch: next,
  component: lazyRouteComponent(() => import("./screens/account/sign-in"), "SignIn"),
});
const signUp = createRoute({
  getParentRoute: () => root,
  path: "/console/sign-up",
  validateSearch: next,
  component: lazyRouteComponent(() => import("./screens/account/sign-up"), "SignUp"),
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: "/console/forgot-password",
  component: lazyRouteComponent(() => import("./screens/account/forgot"), "ForgotPassword"),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/console/invitations/$token",
  component: lazyRouteComponent(() => import("./screens/account/invitation"), "Invitation"),
});
const account = createRoute({
  getParentRoute: () => root,
  path: "/console/account",
  component: lazyRouteComponent(() => import("./screens/account/account"), "Account"),
});
const home = createRoute({
  getParentRoute: () => root,
  path: "/console",
  // Who works for one business only is led there, unless the list is asked for.
  validateSearch: (s: Record<string, unknown>): { list?: boolean } => ({ list: s["list"] ? true : undefined }),
  component: lazyRouteComponent(() => import("./screens/home/home"), "Home"),
});

const business = createRoute({
  getParentRoute: () => root,
  path: "/console/b/$businessId",
  component: function Business() {
    const { businessId } = business.useParams();
    return (
      <BusinessScope id={businessId}>
        <BusinessShell>
          <Outlet />
        </BusinessShell>
      </BusinessScope>
    );
  },
});
const below = () => business;
const text = (of: unknown) => (typeof of === "string" && of !== "" ? of : undefined);

export const ledgerRoute = createRoute({
  getParentRoute: below,
  path: "ledger",
  validateSearch: (s: Record<string, unknown>): { date?: string; view?: "day" | "week" | "list"; booking?: string } => ({
    date: typeof s["date"] === "string" && /^\d{4}-\d\d-\d\d$/.test(s["date"]) ? s["date"] : undefined,
    view: s["view"] === "week" || s["view"] === "list" ? s["view"] : undefined,
    booking: text(s["booking"]),
  }),
  component: lazyRouteComponent(() => import("./screens/ledger/ledger"), "Ledger"),
});
const approvals = createRoute({
  getParentRoute: below,
  path: "approvals",
  component: lazyRouteComponent(() => import("./screens/approvals/approvals"), "Approvals"),
});
const customers = createRoute({
  getParentRoute: below,
  path: "customers",
  component: lazyRouteComponent(() => import("./screens/customers/customers"), "Customers"),
});
const customer = createRoute({
  getParentRoute: below,
  path: "customers/$customerId",
  component: lazyRouteComponent(() => import("./screens/customers/customer"), "Customer"),
});
const menus = createRoute({
  getParentRoute: below,
  path: "menus",
  component: lazyRouteComponent(() => import("./screens/menus/menus"), "Menus"),
});
const staff = createRoute({
  getParentRoute: below,
  path: "staff",
  component: lazyRouteComponent(() => import("./screens/staff/staff"), "Staff"),
});
const hours = createRoute({
  getParentRoute: below,
  path: "hours",
  component: lazyRouteComponent(() => import("./screens/hours/hours"), "Hours"),
});
const rooms = createRoute({
  getParentRoute: below,
  path: "rooms",
  component: lazyRouteComponent(() => import("./screens/rooms/rooms"), "Rooms"),
});
const settings = createRoute({
  getParentRoute: below,
  path: "settings",
  component: lazyRouteComponent(() => import("./screens/settings/settings"), "Settings"),
});
const members = createRoute({
  getParentRoute: below,
  path: "members",
  component: lazyRouteComponent(() => import("./screens/members/members"), "Members"),
});
const audit = createRoute({
  getParentRoute: below,
  path: "audit",
  component: lazyRouteComponent(() => import("./screens/audit/audit"), "Audit"),
});
const onboarding = createRoute({
  getParentRoute: below,
  path: "onboarding",
  component: lazyRouteComponent(() => import("./screens/onboarding/onboarding"), "Onboarding"),
});

const admin = createRoute({
  getParentRoute: () => root,
  path: "/admin",
  component: () => (
    <AdminShell>
      <Outlet />
    </AdminShell>
  ),
});
const adminIndex = createRoute({
  getParentRoute: () => admin,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/admin/approvals" });
  },
});
const belowAdmin = () => admin;
const adminApprovals = createRoute({
  getParentRoute: belowAdmin,
  path: "approvals",
  component: lazyRouteComponent(() => import("./screens/admin/approvals"), "AdminApprovals"),
});
const adminBusinesses = createRoute({
  getParentRoute: belowAdmin,
  path: "businesses",
  component: lazyRouteComponent(() => import("./screens/admin/businesses"), "AdminBusinesses"),
});
const adminBusiness = createRoute({
  getParentRoute: belowAdmin,
  path: "businesses/$businessId",
  component: lazyRouteComponent(() => import("./screens/admin/business"), "AdminBusiness"),
});
const adminUsers = createRoute({
  getParentRoute: belowAdmin,
  path: "users",
  component: lazyRouteComponent(() => import("./screens/admin/users"), "AdminUsers"),
});
const adminUser = createRoute({
  getParentRoute: belowAdmin,
  path: "users/$userId",
  component: lazyRouteComponent(() => import("./screens/admin/user"), "AdminUser"),
});
const adminFlags = createRoute({
  getParentRoute: belowAdmin,
  path: "flags",
  component: lazyRouteComponent(() => import("./screens/admin/flags"), "AdminFlags"),
});
const adminAudit = createRoute({
  getParentRoute: belowAdmin,
  path: "audit",
  component: lazyRouteComponent(() => import("./screens/admin/audit"), "AdminAudit"),
});
const adminJobs = createRoute({
  getParentRoute: belowAdmin,
  path: "jobs",
  component: lazyRouteComponent(() => import("./screens/admin/jobs"), "AdminJobs"),
});
const adminHealth = createRoute({
  getParentRoute: belowAdmin,
  path: "health",
  component: lazyRouteComponent(() => import("./screens/admin/health"), "AdminHealth"),
});

export const routes = root.addChildren([
  signIn,
  signUp,
  forgot,
  invitation,
  account,
  home,
  business.addChildren([ledgerRoute, approvals, customers, customer, menus, staff, hours, rooms, settings, members, audit, onboarding]),
  admin.addChildren([
    adminIndex,
    adminApprovals,
    adminBusinesses,
    adminBusiness,
    adminUsers,
    adminUser,
    adminFlags,
    adminAudit,
    adminJobs,
    adminHealth,
  ]),
]);
