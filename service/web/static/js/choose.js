// Choosing two to six NGOs: the button waits until there are enough, and a seventh cannot be chosen.

const [LEAST, MOST] = [2, 6];
const form = document.getElementById("choosing");
const button = document.getElementById("compare");
const persian = (number) => number.toLocaleString("fa");

function count() {
  const boxes = [...form.querySelectorAll("input[name=id]")];
  const chosen = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.disabled = !box.checked && chosen >= MOST;
  button.disabled = chosen < LEAST;
  document.getElementById("chosen").textContent = chosen === 0 ? "دو تا شش سمن را برگزینید." : chosen === 1 ? "یک سمن دیگر هم برگزینید." : `${persian(chosen)} سمن برگزیده شد.`;
}

if (form && button) {
  form.addEventListener("change", count);
  window.addEventListener("pageshow", count);
}
