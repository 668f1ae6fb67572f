// Puts the booking form of a shop where this script stands in a page:
//   <script src="https://…/embed.js" data-shop="hana-salon" async></script>
// data-lang="en" chooses a language, data-height the height until the form tells its own.
(function () {
	"use strict";
	var script = document.currentScript;
	var home = new URL(script.src).origin;
	var lang = script.getAttribute("data-lang");
	var path = encodeURIComponent(script.getAttribute("data-shop") || "");
	var frame = document.createElement("iframe");
	frame.src = home + "/embed/" + (lang ? encodeURIComponent(lang) + "/" : "") + path;
	frame.title = script.getAttribute("data-title") || (lang === "en" ? "Book online" : "ネット予約");
	frame.style.width = "100%";
	frame.style.border = "0";
	frame.style.height = (parseInt(script.getAttribute("data-height"), 10) || 720) + "px";
	frame.setAttribute("loading", "lazy");
	script.parentNode.insertBefore(frame, script);
	addEventListener("message", function (e) {
		if (e.source !== frame.contentWindow || e.origin !== home || !e.data || e.data.type !== "omotenashi") return;
		var height = Number(e.data.height);
		if (height > 0 && height < 20000) frame.style.height = Math.ceil(height) + "px";
		if (e.data.moved) frame.scrollIntoView({ block: "nearest" });
	});
})();
