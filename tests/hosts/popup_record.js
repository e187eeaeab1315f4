/** All that the popup looks like: each element's whole computed style and its box. */
() => {
  const host = document.querySelector("sayso-survey");
  const root = host.shadowRoot;
  // It stands aside of what has the page's focus: it is looked at where it rests, from now on.
  const rest = new CSSStyleSheet();
  rest.replaceSync(".box { translate: none !important; transition: none !important; }");
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, rest];
  // Custom properties of the host's come in; what they do to ours shows in the others.
  const counts = (name) => !name.startsWith("--");

  const round = (number) => Math.round(number * 100) / 100;
  const styles = (element, pseudo) => {
    const computed = getComputedStyle(element, pseudo);
    const names = [...computed].filter(counts);
    return Object.fromEntries(names.map((name) => [name, computed.getPropertyValue(name)]));
  };
  // The popup may have moved aside for a moment, which leaves an empty `style`. A receipt's secret
  // differs for each response.
  const attributes = (element) => {
    const { attributes, style } = element.cloneNode();
    style.translate = style.transition = "";
    const pairs = [...attributes].map(({ name, value }) => [name, value.split("#")[0]]);
    return Object.fromEntries(pairs.filter(([name, value]) => name !== "style" || value));
  };
  const isThere = (element, pseudo) =>
    !["none", "normal"].includes(getComputedStyle(element, pseudo).content);
  const look = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const pseudos = ["::before", "::after"].filter((pseudo) => isThere(element, pseudo));
    if (element.localName === "textarea") pseudos.push("::placeholder");
    if (element.textContent) pseudos.push("::selection");
    return {
      box: [x, y, width, height].map(round).join(" "),
      text: element.childElementCount ? "" : element.textContent,
      attributes: element === host ? {} : attributes(element),
      style: styles(element),
      ...Object.fromEntries(pseudos.map((pseudo) => [pseudo, styles(element, pseudo)])),
    };
  };
  /** Nothing of the host lies above what is to be pressed. */
  const isReachable = (button) => {
    const { x, y, width, height } = button.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === host;
  };
  const elements = [host, ...root.querySelectorAll("*")];
  const name = (element, index) =>
    [index, element.localName, element !== host && element.getAttribute("class")]
      .filter(Boolean)
      .join(" ");
  return {
    focus: elements.indexOf(root.activeElement),
    reachable: [...root.querySelectorAll("button")].map(isReachable),
    elements: Object.fromEntries(elements.map((element, i) => [name(element, i), look(element)])),
  };
}
