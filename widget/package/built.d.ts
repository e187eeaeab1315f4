/** Files that package.mjs builds from `src/`: functions that take a substitute script element. */

declare module "chunks" {
  type Run = (script: { sayso: object }) => void;
  const files: Record<string, () => Promise<{ default: Run }>>;
  export default files;
}

declare module "*/loader.js" {
  const begin: (tag: { dataset: object }) => void;
  export default begin;
}
