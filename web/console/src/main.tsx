import { QueryClientProvider } from "@tanstack/react-query";
import { createRouter, RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { newQueries } from "./api/client";
import { forgetKept } from "./api/kept";
import { routes } from "./routes";
import { Failed, NotFound } from "./ui/state";
import "./styles.css";

const open = ["/console/sign-in", "/console/sign-up", "/console/forgot-password", "/console/invitations"];

const queries = newQueries(() => {
  const { pathname, href } = router.state.location;
  if (open.some((path) => pathname.startsWith(path))) return;
  queries.clear();
  forgetKept();
  void router.navigate({ to: "/console/sign-in", search: { next: href } });
});

const router = createRouter({
  routeTree: routes,
  defaultPreload: "intent",
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: ({ error }) => <Failed error={error} retry={() => location.reload()} />,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

const root = document.getElementById("root");
if (!root) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
