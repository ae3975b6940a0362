// Makes the article page a little better; everything on it works without this.
const hash = decodeURIComponent(location.hash.slice(1));
const target = document.getElementById(hash);
if (target) {
  // Once all is loaded, for until then browsers scroll to the fragment themselves, again and again.
  if (document.readyState === "complete") place();
  else addEventListener("load", () => document.fonts.ready.then(place), { once: true });
} else if (/^\d+-\d+$/.test(hash)) {
  // An address with the span in its fragment alone: only the query reaches the server, which marks it.
  const address = new URL(location.href);
  address.searchParams.append("quote", hash);
  if (!new URL(location.href).searchParams.getAll("quote").includes(hash)) location.replace(address);
}

/** A quote near the top is shown with the title; any other with some of what stands before it. */
function place() {
  const { top, bottom } = target.getBoundingClientRect();
  scrollTo(0, bottom + scrollY < innerHeight * 0.8 ? 0 : top + scrollY - innerHeight * 0.3);
}

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
