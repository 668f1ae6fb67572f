// The pages work without this. It saves a press of a button, shows how long a
// held time is kept, fills in readings as names are typed, and remembers on this
// device what its customer booked and was typing.
"use strict";

// Choices apply at once: the same page is asked for, and its parts replace ours.
const parts = ["#times", ".facts", "h1", "#options"];

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
		// What somebody is on stays: they would lose their place.
		if (theirs && ours && (part === "#times" || !ours.contains(document.activeElement))) ours.replaceWith(theirs);
	}
	document.title = page.title;
	history.replaceState(null, "", href);
}

function follow(href) {
	refresh(href).catch(() => location.assign(href));
}

document.addEventListener("change", (e) => {
	const form = e.target.closest("form[data-live]");
	if (!form) return;
	const q = new URLSearchParams(new FormData(form));
	for (const [name, value] of [...q]) if (value === "") q.delete(name);
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

// In a frame of another site: how high the page is, so that the frame need not scroll.
const framed = "framed" in document.body.dataset && parent !== window;
if (framed) {
	const tell = (moved) => parent.postMessage({ type: "omotenashi", height: document.documentElement.offsetHeight, moved }, "*");
	new ResizeObserver(() => tell(false)).observe(document.documentElement);
	tell(document.referrer.startsWith(location.origin));
}

// The memory of the device, where it has one and lets us use it.
const memory = {
	read(store, key, otherwise) {
		try {
			return JSON.parse(store().getItem(key)) || otherwise;
		} catch {
			return otherwise;
		}
	},
	write(store, key, value) {
		try {
			if (value) store().setItem(key, JSON.stringify(value));
			else store().removeItem(key);
		} catch { /* full, or not allowed: then it is not remembered */ }
	},
};
const device = () => localStorage;
const tab = () => sessionStorage;

// What was being typed survives the way back to choose another time; it goes with
// the tab, or when the booking is made.
const draft = document.querySelector("form[data-draft]");
if (draft) {
	const typed = memory.read(tab, "draft", {});
	const own = "input:not([type=hidden]):not([type=checkbox]), textarea";
	for (const el of draft.querySelectorAll(own)) {
		if (el.value === "" && typeof typed[el.name] === "string") el.value = typed[el.name];
	}
	draft.addEventListener("input", () => {
		memory.write(tab, "draft", Object.fromEntries([...draft.querySelectorAll(own)].map((el) => [el.name, el.value])));
	});
}

// The coming bookings of this device, for the page that needs no connection. A
// booking is forgotten when it is cancelled or over, or when its customer says so.
function kept() {
	if (framed) return;
	const now = Date.now() / 1000;
	const before = memory.read(device, "bookings", []);
	let list = before.filter((b) => b.ends > now);
	const shown = document.querySelector("[data-keep]");
	if (shown) {
		const { keep: path, code, shop, when, ends } = shown.dataset;
		list = list.filter((b) => b.code !== code || b.shop !== shop);
		if ("liveBooking" in shown.dataset && Number(ends) > now) list.push({ path, code, shop, when, ends: Number(ends) });
		memory.write(tab, "draft", null);
	}
	if (shown || list.length !== before.length) memory.write(device, "bookings", list.length > 0 ? list : null);
	const way = document.querySelector("[data-kept]");
	if (way) way.hidden = list.length === 0;
	drawKept(list);
}

function drawKept(list) {
	const place = document.querySelector("[data-list]");
	if (!place) return;
	list.sort((a, b) => a.ends - b.ends);
	place.replaceChildren(...list.map((b) => {
		const line = (name, text) => {
			const el = document.createElement(name);
			el.dir = "auto";
			el.textContent = text;
			return el;
		};
		const link = document.createElement("a");
		link.href = String(b.path).startsWith("/manage/") ? b.path : "/";
		link.append(line("strong", b.shop), line("span", b.when), line("span", b.code));
		const item = document.createElement("li");
		item.append(link);
		return item;
	}));
	document.querySelector("[data-none]").hidden = list.length > 0;
	const forget = document.querySelector("[data-forget]");
	forget.hidden = list.length === 0;
	forget.onclick = () => {
		memory.write(device, "bookings", null);
		kept();
	};
	document.querySelector("[data-gone]").hidden = navigator.onLine && location.pathname.startsWith("/offline/");
}
kept();
addEventListener("pageshow", kept);

if (!framed && "serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
