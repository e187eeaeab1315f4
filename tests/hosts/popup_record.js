/** All that the popup looks like: each element's whole computed style and its box. */
() => {
  const host = document.querySelector("sayso-survey");
  const round = (number) => Math.round(number * 100) / 100;
  const styles = (element, pseudo) => {
    const computed = getComputedStyle(element, pseudo);
    return Object.fromEntries([...computed].map((name) => [name, computed.getPropertyValue(name)]));
  };
  const look = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return {
      box: [x, y, width, height].map(round).join(" "),
      text: element.childElementCount ? "" : element.textContent,
      attributes: Object.fromEntries([...element.attributes].map((a) => [a.name, a.value])),
      style: styles(element),
      "::before": styles(element, "::before"),
      "::after": styles(element, "::after"),
      "::selection": styles(element, "::selection"),
      ...(element.localName === "textarea" && { "::placeholder": styles(element, "::placeholder") }),
    };
  };
  /** Nothing of the host lies above what is to be pressed. */
  const reachable = (button) => {
    const { x, y, width, height } = button.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === host;
  };
  const elements = [host, ...host.shadowRoot.querySelectorAll("*")];
  const name = (element, index) =>
    `${index} ${element.localName}${element.className && `.${element.getAttribute("class")}`}`;
  return {
    focus: elements.indexOf(host.shadowRoot.activeElement),
    reachable: [...host.shadowRoot.querySelectorAll("button")].map(reachable),
    elements: Object.fromEntries(elements.map((element, i) => [name(element, i), look(element)])),
  };
};
