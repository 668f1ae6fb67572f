package site

import (
	"net/http"
	"text/template"

	"github.com/omotenashi-connect/omotenashi/internal/fault"
	"github.com/omotenashi-connect/omotenashi/internal/locale"
)

// offlinePage is what an installed site shows without a connection: the coming
// bookings that this device knows of, which its script fills in. We are told
// nothing of them.
type offlinePage struct{ head }

func (s *shops) offline(v *visitor) error {
	known := false
	for _, l := range locale.Langs {
		if v.PathValue("lang") == string(l) {
			v.lang, known = l, true
		}
	}
	if !known {
		return fault.New(fault.NotFound, "not_found")
	}
	h := s.head(v, "")
	h.Title = h.T("offline.title")
	for i, l := range h.Switch {
		h.Switch[i].Href = offlinePath(l.Lang)
	}
	return s.show(v, http.StatusOK, "offline", offlinePage{h})
}

func offlinePath(l locale.Lang) string { return "/offline/" + string(l) }

//nolint:gochecknoglobals // a template is made once
var worker = template.Must(template.New("worker").Parse(`// Shows what the device knows of its bookings where there is no connection.
"use strict";
const kept = "site {{.Style}} {{.Script}}";
const pages = [{{range .Pages}}"{{.}}", {{end}}];
const parts = ["{{.Style}}", "{{.Script}}"];
addEventListener("install", (e) => {
	e.waitUntil(caches.open(kept).then((c) => c.addAll(pages.concat(parts))).then(() => skipWaiting()));
});
addEventListener("activate", (e) => {
	e.waitUntil(caches.keys().then((all) => Promise.all(all.filter((k) => k !== kept).map((k) => caches.delete(k)))).then(() => clients.claim()));
});
async function page(request) {
	try {
		return await fetch(request);
	} catch (gone) {
		const path = new URL(request.url).pathname;
		const asked = navigator.language.startsWith("ja") ? pages[0] : pages[1];
		return (await caches.match(pages.includes(path) ? path : asked)) || Promise.reject(gone);
	}
}
addEventListener("fetch", (e) => {
	const u = new URL(e.request.url);
	if (e.request.method !== "GET" || u.origin !== location.origin) return;
	if (e.request.mode === "navigate") e.respondWith(page(e.request));
	else if (parts.includes(u.pathname)) e.respondWith(caches.match(e.request).then((r) => r || fetch(e.request)));
});
`))

// serviceWorker is the script that stands between an installed site and the network.
func (s *shops) serviceWorker(v *visitor) error {
	h := v.w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	return worker.Execute(v.w, map[string]any{
		"Style": assetPath("shop.css"), "Script": assetPath("site.js"), "Pages": []string{offlinePath(locale.JA), offlinePath(locale.EN)},
	})
}
