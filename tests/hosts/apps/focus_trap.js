/** focus-trap in a dialog by its looks alone; the panel closes at whatever happens outside of it. */
import { createFocusTrap } from "focus-trap";

document.getElementById("app").innerHTML = `
  <main>
    <button id="count">Count 0</button>
    <button id="write_letter">Write a letter</button>
    <button id="write_note">Write a note</button>
    <output></output>
  </main>
  <div id="letter" class="backdrop" hidden>
    <div class="dialog">
      <textarea aria-label="The letter"></textarea><button>Keep the letter</button>
    </div>
  </div>
  <div id="note" hidden>
    <textarea aria-label="The note"></textarea><button>Keep the note</button>
  </div>`;
const [count, letter, note, output] = ["#count", "#letter", "#note", "output"].map((one) =>
  document.querySelector(one),
);
count.onclick = () => {
  count.textContent = `Count ${Number(count.textContent.slice(6)) + 1}`;
};

const close = (layer) => {
  layer.hidden = true;
  layer.querySelector("textarea").value = "";
};
const trap = createFocusTrap(letter.firstElementChild, {
  clickOutsideDeactivates: true,
  onPostDeactivate: () => close(letter),
});
document.getElementById("write_letter").onclick = () => {
  letter.hidden = false;
  trap.activate();
};
document.getElementById("write_note").onclick = () => {
  note.hidden = false;
};
for (const [layer, done] of [
  [letter, () => trap.deactivate()],
  [note, () => close(note)],
]) {
  layer.querySelector("button").onclick = () => {
    output.textContent = layer.querySelector("textarea").value;
    done();
  };
}
for (const type of ["mousedown", "touchstart", "focusin", "keydown"])
  document.addEventListener(type, ({ target }) => note.contains(target) || close(note), true);
