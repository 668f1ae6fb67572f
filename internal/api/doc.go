// Package api is the HTTP API: it decodes, says who may call, calls a domain
// service and encodes. It holds no rule of the trade and no SQL, and owns no
// table.
//
// Each domain has a file whose register function declares its operations; the
// OpenAPI document is generated from them. A request passes, in this order:
// request id and log, recovery, the bound on requests in flight, the limit by
// address, the router, authentication, the limit by caller, membership of the
// business, role, schema validation, the handler.
//
// Invariants: an operation without x-authz cannot be registered; every refusal
// is a problem document (RFC 9457) in the caller's language with a stable code;
// no cause of an error ever reaches a body or a header; logs and metrics hold
// the route's pattern, never a path, a query or a token.
package api
