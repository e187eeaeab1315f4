/** What a page loads when it needs it, by the name of the built file; the popup comes first. */
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

/** The script of the page that a receipt's link opens, which is the server's own. */
export const ANSWER_PAGE = "src/survey/answer_page/answer.ts";
