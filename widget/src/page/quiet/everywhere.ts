import { now } from "../../core/time.ts";

type Root = Document | ShadowRoot;

/** In ms. Finding the roots scans the whole page, so they are cached for one round of checks. */
const ONE_LOOK = 50;

export const isOurs = ({ localName }: Element): boolean => localName.startsWith("sayso-");

/** The document and all open shadow roots in it, except ours. */
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

/** All matches of a selector, also in open shadow roots, except our own elements. */
export const everywhere = (selector: string): Element[] =>
  allRoots()
    .flatMap((root) => [...root.querySelectorAll(selector)])
    .filter((found) => !isOurs(found));

/** The topmost element at a point, also in open shadow roots. */
export const topAt = (x: number, y: number, root: Root = document): Element | null => {
  const found = root.elementFromPoint(x, y);
  // A shadow root may return an element outside of it.
  if (found?.getRootNode() !== root) return null;
  return (found.shadowRoot && !isOurs(found) && topAt(x, y, found.shadowRoot)) || found;
};
