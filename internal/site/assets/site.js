// The pages work without this. It saves a press of a button, shows how long a
// held time is kept, and fills in readings as names are typed.
"use strict";

// Choices apply at once: the same page is asked for, and its parts replace ours.
const parts = ["#times", ".facts"];

async function refresh(href) {
	const answer = await fetch(href, { headers: { Accept: "text/html" } });
	if (!answer.ok) {
		location.assign(href);
		return;
	}
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	for (const part of parts) {
		const theirs = page.querySelector(part);
		const ours = document.querySelector(part);
		if (theirs && ours) ours.replaceWith(theirs);
	}
	history.replaceState(null, "", href);
}

function follow(href) {
	refresh(href).catch(() => location.assign(href));
}

document.addEventListener("change", (e) => {
	const form = e.target.closest("form[data-live]");
	if (!form) return;
	const q = new URLSearchParams(new FormData(form));
	const day = document.querySelector("#times [aria-current=date]");
	const date = day && new URL(day.href).searchParams.get("date");
	if (date) q.set("date", date);
	follow(form.getAttribute("action") + "?" + q);
});

document.addEventListener("click", (e) => {
	const link = e.target.closest("a[data-live]");
	if (!link || e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
	e.preventDefault();
	follow(link.href);
});

for (const el of document.querySelectorAll("[data-live-hidden]")) el.hidden = true;

// How long the time is kept.
const held = document.querySelector("[data-until]");
if (held) {
	const tick = () => {
		const left = Math.max(0, Number(held.dataset.until) - Math.floor(Date.now() / 1000));
		if (left === 0) {
			held.textContent = held.dataset.over;
			return;
		}
		held.querySelector("[data-left]").textContent = String(Math.floor(left / 60)).padStart(2, "0") + ":" + String(left % 60).padStart(2, "0");
		setTimeout(tick, 1000);
	};
	tick();
}

// What is typed on the way to a name is its reading, until the customer writes one.
const kana = /^[\u3041-\u3096\u30a1-\u30fa\u30fc]+$/;
for (const reading of document.querySelectorAll("[data-kana]")) {
	const name = document.getElementById(reading.dataset.kana);
	let typed = "";
	let own = reading.value !== "";
	reading.addEventListener("input", () => { own = reading.value !== ""; });
	name.addEventListener("compositionstart", () => { typed = ""; });
	name.addEventListener("compositionupdate", (e) => { if (kana.test(e.data)) typed = e.data; });
	name.addEventListener("compositionend", () => {
		if (own || !typed) return;
		reading.value += typed.replace(/[\u3041-\u3096]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0x60));
		typed = "";
	});
	name.addEventListener("input", () => { if (!own && name.value === "") reading.value = ""; });
}

// A form that was sent is not sent again by an impatient finger.
for (const form of document.querySelectorAll("form[data-once]")) {
	form.addEventListener("submit", (e) => {
		if (form.dataset.sent) e.preventDefault();
		form.dataset.sent = "1";
	});
}
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });

// What the device shares with.
const share = document.querySelector("[data-share]");
if (share && navigator.share) {
	share.hidden = false;
	share.addEventListener("click", () => { navigator.share({ title: document.title, url: location.origin + location.pathname }).catch(() => {}); });
}
