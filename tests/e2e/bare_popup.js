/* Stands in for the loader: lends the popup's files what they need and opens what it is told. */
(() => {
  const given = {};
  let skew = 0;
  const now = performance.now.bind(performance);
  performance.now = () => now() + skew;
  window.put = (name, code) => {
    const script = document.createElement("script");
    // The build shortens the names of what is lent, so one function stands for all: a file's first
    // call gives back what the file is for, and one with a name alone loads another file.
    const lent = async (...args) => {
      given[name] ??= args[0];
      return args.length === 1 && typeof args[0] === "string" ? undefined : {};
    };
    script.sayso = new Proxy({}, { get: () => lent });
    script.textContent = code;
    document.head.append(script);
  };
  const files = ({ more = [] }) => more.map((name) => given[name]).filter(Boolean);
  let close = () => {};
  /** Whoever clicks now has seen what stands there. */
  window.seeStep = () => {
    skew += 1000;
  };
  window.ask = (survey) => {
    close();
    close = given.popup({ invitation: "i", survey }, () => {}, files(survey));
    seeStep();
    return document.querySelector("sayso-survey").shadowRoot.querySelector(".box");
  };
})();
