import { now } from "../../core/time.ts";

type Root = Document | ShadowRoot;

/** In ms. To find the roots goes through the whole page: once for all the questions of one look. */
const ONE_LOOK = 50;

export const isOurs = ({ localName }: Element): boolean => localName.startsWith("sayso-");

/** The document and all open shadow roots in it, but for ours. */
const rootsIn = (root: Root, found: Root[] = []): Root[] => {
  found.push(root);
  for (const host of root.querySelectorAll("*")) {
    if (host.shadowRoot && !isOurs(host)) rootsIn(host.shadowRoot, found);
  }
  return found;
};

let roots: Root[] = [];
let found = Number.NEGATIVE_INFINITY;

const allRoots = (): Root[] => {
  if (now() - found > ONE_LOOK) {
    roots = rootsIn(document);
    found = now();
  }
  return roots;
};

/** All that a selector means, also within open shadow roots, but for what is ours. */
export const everywhere = (selector: string): Element[] =>
  allRoots()
    .flatMap((root) => [...root.querySelectorAll(selector)])
    .filter((found) => !isOurs(found));

/** What is uppermost at a point, within open shadow roots as well. */
export const topAt = (x: number, y: number, root: Root = document): Element | null => {
  const found = root.elementFromPoint(x, y);
  // A shadow root may name what lies outside of it.
  if (found?.getRootNode() !== root) return null;
  return (found.shadowRoot && !isOurs(found) && topAt(x, y, found.shadowRoot)) || found;
};
