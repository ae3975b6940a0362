// Makes the article page a little better; everything on it works without this.
const hash = decodeURIComponent(location.hash.slice(1));
document.getElementById(hash)?.scrollIntoView({ block: "center" });
const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
