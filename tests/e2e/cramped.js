/* What of the popup's text is cut off, covered, broken inside a word or too many lines deep. */
(box, { language, unbroken }) => {
  const SLACK = 1; // px, for what rounding moves
  const LINES = { button: 2, ".ends > span": 2, "#title": 6 };
  const body = box.querySelector(".body");
  const found = [];
  const tell = (text, what) => found.push(`${what}: ${text}`);

  const texts = [];
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement: place } = walker.currentNode;
    if (!data.trim() || place.closest(".unseen") || !place.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    texts.push({ node: walker.currentNode, data, place, range });
  }
  const rects = ({ range }) => [...range.getClientRects()].filter(({ width }) => width > SLACK);
  const linesOf = (lines) => new Set(lines.map(({ bottom }) => Math.round(bottom / 4))).size;
  const sticksOut = (inner, outer) =>
    inner.left < outer.left - SLACK || inner.right > outer.right + SLACK;
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4; // line boxes touch, letters do not

  if (body.scrollWidth > body.clientWidth) tell(box.textContent, "wider than the popup");
  const paper = box.getBoundingClientRect();
  if (sticksOut(paper, { left: 0, right: innerWidth })) tell("", "wider than the screen");

  for (const text of texts) {
    const holder = text.place.closest("button, label, p, span, a") ?? body;
    const outer = holder.tagName === "SPAN" ? paper : holder.getBoundingClientRect();
    if (rects(text).some((one) => sticksOut(one, outer))) tell(text.data, "sticks out");
    const button = text.place.closest("button");
    if (button && button.scrollHeight > button.clientHeight + SLACK) tell(text.data, "cut off");
    for (const [place, most] of Object.entries(LINES))
      if (text.place.closest(place) && linesOf(rects(text)) > most) tell(text.data, "too many lines");
  }
  const close = box.querySelector(".close svg").getBoundingClientRect();
  for (const [index, one] of texts.entries()) {
    if (rects(one).some((rect) => body.scrollTop === 0 && meet(rect, close)))
      tell(one.data, "under the cross");
    for (const other of texts.slice(index + 1))
      if (rects(one).some((a) => rects(other).some((b) => meet(a, b))))
        tell(`${one.data} / ${other.data}`, "overlap");
  }
  if (!unbroken) return found;
  const words = new Intl.Segmenter(language, { granularity: "word" });
  for (const { node, data } of texts)
    for (const { segment, index, isWordLike } of words.segment(data)) {
      if (!isWordLike) continue;
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + segment.length);
      if (linesOf([...range.getClientRects()]) > 1) tell(`${segment} in ${data}`, "broken word");
    }
  return found;
}
