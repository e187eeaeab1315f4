/** What package.mjs makes of `src/`: each file a function of what stands for its script element. */

declare module "chunks" {
  type Run = (script: { sayso: object }) => void;
  const files: Record<string, () => Promise<{ default: Run }>>;
  export default files;
}

declare module "*/loader.js" {
  const begin: (tag: { dataset: object }) => void;
  export default begin;
}
