// The page lost its program: NiceGUI says so and tries again; here is said what the person can do.
(() => {
  const own = document.currentScript.src;
  const LOOK_MS = 2000;
  async function look() {
    const popup = document.getElementById("popup");
    if (popup?.ariaHidden !== "false") return;
    const answer = await fetch(own, {method: "HEAD", cache: "no-store"}).catch(() => null);
    if (answer?.ok) return; // it comes back by itself
    const words = window.LEANCUE_WORDS[answer ? "anew" : "ended"];
    popup.querySelectorAll("span").forEach((span, i) => { span.textContent = words[i]; });
  }
  setInterval(look, LOOK_MS);
})();

// The chart of a run: values under the pointer or the arrow keys, and which part is wished for.
// The page draws; nothing is drawn here but the pointer. Listeners hang on the document, because
// the page replaces what is inside of it.
(() => {
  const chartOf = (event) => event.target.closest?.(".run-chart");
  const dataOf = (chart) => {
    const source = chart.querySelector("[data-chart]");
    if (chart.leancueSource !== source) {
      chart.leancueSource = source;
      chart.leancueData = JSON.parse(source.dataset.chart);
      chart.leancueAt = null;
    }
    return chart.leancueData;
  };
  const wish = (chart, detail) => chart.dispatchEvent(new CustomEvent("zoomed", {detail}));
  const pixelX = (chart, data, clientX) => {
    const box = chart.querySelector("svg").getBoundingClientRect();
    return (clientX - box.left) / box.width * data.width;
  };
  const seconds = (data, x) => {
    const share = (Math.min(Math.max(x, data.left), data.right) - data.left)
      / (data.right - data.left);
    return data.begin + share * (data.end - data.begin);
  };
  const nearest = (rows, x) => {
    let best = 0;
    for (let i = 1; i < rows.length; i++)
      if (Math.abs(rows[i][0] - x) < Math.abs(rows[best][0] - x)) best = i;
    return best;
  };
  const number = (value) => value.toFixed(1).replace("-", "−")
    .replace(".", window.LEANCUE_WORDS.decimal);

  function point(chart, data, at) {
    const row = data.rows[at];
    if (!row) return;
    chart.leancueAt = at;
    const [x, y, s, lean, cadence, error] = row;
    const svg = chart.querySelector("svg");
    svg.querySelector("#pointer").innerHTML = `<line x1="${x}" x2="${x}" y1="${data.top}"
      y2="${data.foot}" stroke="#5b6875"/><circle cx="${x}" cy="${y}" r="5" fill="#0072B2"
      stroke="white" stroke-width="2"/>`;
    const two = (value) => String(Math.floor(value)).padStart(2, "0");
    const clock = s >= 3600
      ? `${Math.floor(s / 3600)}:${two(s / 60 % 60)}:${two(s % 60)} h`
      : `${Math.floor(s / 60)}:${two(s % 60)} min`;
    const values = chart.querySelector(".values");
    values.textContent = `${clock}: ${window.LEANCUE_WORDS.lean} ${number(lean)}° ± ${number(error)}°, `
      + `${cadence} ${window.LEANCUE_WORDS.steps}`;
    values.hidden = false;
    const box = svg.getBoundingClientRect();
    const outer = chart.getBoundingClientRect();
    const left = box.left - outer.left + x / data.width * box.width + 12;
    values.style.left = Math.min(left, outer.width - values.offsetWidth) + "px";
    values.style.top = Math.max(y / data.width * box.width - 46, 0) + "px";
  }

  function unpoint(chart) {
    chart.querySelector(".values").hidden = true;
    chart.querySelector("#pointer").innerHTML = "";
  }

  function select(chart, data, from, to) {
    const x = Math.min(from, to), width = Math.abs(to - from);
    chart.querySelector("#pointer").innerHTML = `<rect x="${x}" y="${data.top}" width="${width}"
      height="${data.foot - data.top}" fill="#0072B2" fill-opacity="0.15" stroke="#0072B2"/>`;
  }

  let drag = null;
  document.addEventListener("pointerdown", (event) => {
    const chart = chartOf(event);
    if (!chart || event.button !== 0) return;
    drag = {chart, from: pixelX(chart, dataOf(chart), event.clientX)};
  });
  document.addEventListener("pointermove", (event) => {
    const chart = drag ? drag.chart : chartOf(event);
    if (!chart) return;
    const data = dataOf(chart);
    const x = pixelX(chart, data, event.clientX);
    if (drag && Math.abs(x - drag.from) > 6) select(chart, data, drag.from, x);
    else point(chart, data, nearest(data.rows, x));
  });
  document.addEventListener("pointerup", (event) => {
    if (!drag) return;
    const {chart, from} = drag;
    drag = null;
    const data = dataOf(chart);
    const x = pixelX(chart, data, event.clientX);
    if (Math.abs(x - from) > 6) wish(chart, {begin: seconds(data, from), end: seconds(data, x)});
  });
  document.addEventListener("pointerout", (event) => {
    const chart = chartOf(event);
    if (chart && !drag && !chart.contains(event.relatedTarget)) unpoint(chart);
  });
  document.addEventListener("dblclick", (event) => {
    const chart = chartOf(event);
    if (chart) wish(chart, {all: 1});
  });
  document.addEventListener("keydown", (event) => {
    const chart = document.activeElement?.closest?.(".run-chart");
    if (!chart || event.ctrlKey || event.metaKey || event.altKey) return;
    const data = dataOf(chart);
    const arrow = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (arrow && event.shiftKey) wish(chart, {move: arrow * 0.25});
    else if (arrow) {
      const stride = Math.max(1, Math.round(data.rows.length / 200));
      const at = chart.leancueAt ?? (arrow > 0 ? -stride : data.rows.length);
      point(chart, data, Math.min(Math.max(at + arrow * stride, 0), data.rows.length - 1));
    } else if (event.key === "+" || event.key === "=") wish(chart, {factor: 0.5});
    else if (event.key === "-") wish(chart, {factor: 2});
    else if (event.key === "0" || event.key === "Home") wish(chart, {all: 1});
    else return;
    event.preventDefault();
  });
})();

// The logo's file is read here and handed on: the server takes no uploads.
addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches || !field.matches("input[data-logo]") || !field.files.length) return;
  const reader = new FileReader();
  reader.onload = () => {
    const data = String(reader.result).split(",")[1];
    field.closest("span").dispatchEvent(new CustomEvent("logo", { detail: data }));
  };
  reader.readAsDataURL(field.files[0]);
}, true);
// Typed work that is not kept: leaving asks once. A draft stays in any case.
(() => {
  const unsaved = () => document.querySelector(".unsaved");
  const words = () => window.LEANCUE_WORDS?.unsaved; // in the person's language: page_frame
  window.addEventListener("beforeunload", (event) => {
    if (unsaved()) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.target === "_blank" || link.getAttribute("href").startsWith("#")) return;
    if (!unsaved()) return;
    if (window.confirm(words())) {
      unsaved().classList.remove("unsaved"); // it was asked: the browser need not ask again
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
})();

// What had the focus is gone, for the page replaced it: its like has it then. While there is none
// (the page is replaced in pieces), the heading has it.
(() => {
  let lost = null, like = "", nth = 0, where = "", part = null, standIn = null;
  // The address of a page comes after what it shows: on the same page a part of it still stands.
  const samePage = () => part?.isConnected || where === location.pathname;
  const told = (e) => [e.tagName, e.ariaLabel, e.textContent].join("|");
  const forget = () => { lost = part = standIn = null; };
  const heading = () => {
    const found = document.querySelector("#content h1");
    if (found) found.tabIndex = -1;
    return found;
  };
  // Of several that say the same ("Keep" of each card) the one at the same place is meant.
  const likes = () => [...document.querySelectorAll("#content :is(button, a, input, [tabindex])")]
    .filter((e) => e !== standIn && told(e) === like);
  document.addEventListener("focusin", (event) => {
    if (event.target === standIn) return;
    forget();
    if (!event.target.closest("#content")) return;
    [lost, like, where] = [event.target, told(event.target), location.pathname];
    part = lost.closest("#content > * > *");
    nth = likes().indexOf(lost);
  });
  // The person went on from the heading: nothing may take them back.
  for (const kind of ["keydown", "pointerdown"])
    document.addEventListener(kind, () => { if (standIn) forget(); }, true);
  new MutationObserver(() => {
    const active = document.activeElement;
    if (!lost || lost.isConnected || (active !== document.body && active !== standIn)) return;
    const found = samePage() ? likes()[nth] : null;
    if (found && !found.disabled) return found.focus({preventScroll: true});
    if (active === standIn) return;
    standIn = heading();
    standIn?.focus({preventScroll: true});
  }).observe(document.documentElement, {childList: true, subtree: true});
})();
