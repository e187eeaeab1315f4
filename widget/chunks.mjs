/** Files that a page loads on demand, by the name of the built file. The popup is built first. */
export const CHUNKS = {
  popup: "src/survey/popup.ts",
  offline: "src/survey/offline.ts",
  leftover: "src/page/triggers/leftover.ts",
  show: "src/page/triggers/show.ts",
  tags: "src/page/tags.ts",
  quiet: "src/page/quiet/quiet.ts",
  datalayer: "src/page/data_layer.ts",
  aside: "src/page/positioning/aside.ts",
  live: "src/page/triggers/live.ts",
  kinds: "src/survey/kinds/kinds.ts",
  flow: "src/survey/branching.ts",
  resume: "src/survey/resume.ts",
  routes: "src/page/routes.ts",
  zone: "src/page/zone.ts",
  moments: "src/page/triggers/moments.ts",
  embed: "src/page/embed.ts",
  inline: "src/survey/inline.ts",
  button: "src/page/button/button.ts",
  receipt: "src/survey/receipt.ts",
  debug: "src/page/debug/debug.ts",
};

/** The script for the server's own page that a receipt link opens. */
export const ANSWER_PAGE = "src/survey/answer_page/answer.ts";
