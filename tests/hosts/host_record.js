/** All of the host's page that a popup could disturb: what is equal before and after is sacred. */
() => {
  const isOurs = (element) =>
    element.localName === "sayso-survey" ||
    (element.localName === "script" && /\/sayso\.js$/.test(element.src));

  const paths = new Map();
  const visit = (element, path) => {
    paths.set(element, path);
    const theirs = [...element.children].filter((child) => !isOurs(child));
    theirs.forEach((child, index) => visit(child, `${path} > ${child.localName}:${index}`));
  };
  visit(document.documentElement, "html");

  const round = (number) => Math.round(number * 100) / 100;
  const box = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height].map(round).join(" ");
  };
  const attributes = (element) =>
    Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
  const styles = (element) => {
    const computed = getComputedStyle(element);
    // The browser gives a locale the spelling ("en-us", "en-US") that it saw first, on any page.
    const names = [...computed].filter((name) => name !== "-webkit-locale");
    return Object.fromEntries(names.map((name) => [name, computed.getPropertyValue(name)]));
  };

  const digest = (text) => {
    let sum = 0;
    for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) | 0;
    return `${text.length} characters, ${sum}`;
  };
  // Read by descriptor: a getter may have effects, or warn in the console.
  const text = ({ value, get, set }) =>
    [value, get, set]
      .map((part) => (typeof part === "function" ? Function.prototype.toString.call(part) : typeof part))
      .join();
  const describe = (descriptor) => {
    const prototype = typeof descriptor.value === "function" && descriptor.value.prototype;
    const methods = prototype ? Object.entries(Object.getOwnPropertyDescriptors(prototype)) : [];
    return digest(text(descriptor) + methods.map(([name, method]) => name + text(method)).sort());
  };
  const globals = Object.entries(Object.getOwnPropertyDescriptors(window)).map(
    // jQuery marks the window with a name of random digits.
    ([name, descriptor]) => [name.replace(/\d{6,}/, "#"), describe(descriptor)],
  );

  const inBody = [...paths].filter(([element]) => document.body.contains(element));
  const sample = ["html", "body", "h1", "h2", "p", "a", "input", "button", "table", "svg"].flatMap(
    (selector) => [...document.querySelectorAll(selector)].filter((e) => paths.has(e)).slice(0, 2),
  );
  const { scrollWidth, scrollHeight, scrollTop, scrollLeft } = document.scrollingElement;
  return {
    address: location.href,
    title: document.title,
    cookies: document.cookie.split(/=[^;]*;?/),
    focus: paths.get(document.activeElement),
    scroll: { scrollWidth, scrollHeight, scrollTop, scrollLeft, history: history.length },
    attributes: { html: attributes(document.documentElement), body: attributes(document.body) },
    head: [...paths.values()].filter((path) => path.startsWith("html > head")),
    sheets: { own: document.styleSheets.length, adopted: document.adoptedStyleSheets.length },
    boxes: Object.fromEntries(inBody.map(([element, path]) => [path, box(element)])),
    styles: Object.fromEntries(sample.map((element) => [paths.get(element), styles(element)])),
    globals: Object.fromEntries(globals),
  };
}
