/** An application of Vue, rendered on the server, that is taken over once the popup stands beside it. */
import { createSSRApp, h, onMounted, ref } from "vue";
import { renderToString } from "vue/server-renderer";
import { whenAsked } from "./when_asked.js";

const Host = {
  setup() {
    const view = ref("first");
    const count = ref(0);
    onMounted(() => {
      window.hydrated = true;
    });
    const go = () => {
      history.pushState({}, "", "?second-view");
      view.value = "second";
    };
    return () => [
      h("h1", `The ${view.value} view`),
      h("button", { onClick: () => count.value++ }, `Count ${count.value}`),
      h("button", { onClick: go }, "Go on"),
    ];
  },
};

const app = createSSRApp(Host);
if (typeof document === "undefined") {
  const start = `<!doctype html><html lang="en"><title>Host</title><link rel="icon" href="data:,">
    <script async crossorigin src="SAYSO"></script><script async src="app.js"></script>`;
  renderToString(app).then((html) => console.log(`${start}<body><div id="app">${html}</div>`));
} else whenAsked(() => app.mount("#app"));
