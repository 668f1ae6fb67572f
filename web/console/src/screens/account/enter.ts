import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

/** Goes on after signing in: to where somebody wanted to, else to their businesses. */
export function useEnter(next: string | undefined): () => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    queries.clear();
    await navigate({ href: next ?? "/console", replace: true }); // with its query: "to" would take that for a part of the path
  };
}
