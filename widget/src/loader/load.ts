import type { Files, LentScript } from "../handover.ts";
import { ask, askHere, askInvitation, goOn } from "./ask.ts";
import { deliver, post, postAs } from "./call.ts";
import { emit, on } from "./host_callbacks.ts";
import { currentToken } from "./identity.ts";
import { wouldInterrupt } from "./interruption.ts";
import { keep, recall } from "./keep.ts";
import { matchUrl } from "./match_url.ts";
import { moved } from "./page_views.ts";
import { noticeVersion, rules } from "./rules.ts";
import { keepOnly } from "./show.ts";
import { base, key, nonce, tagDatalayer } from "./tag.ts";

interface Policy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | undefined;

/** Hosts that enforce trusted types may allow our policy by its name, "sayso", and once. */
const trust = (url: string): string => {
  policy ??= (window as Window & { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
    "sayso",
    { createScriptURL: (own) => own },
  );
  return policy?.createScriptURL(url) || url;
};

const loading: { [K in keyof Files]?: Promise<unknown> } = {};

/** Each further file comes once, when it is first needed; all are named as the popup's is. */
export const load = <K extends keyof Files>(name: K): Promise<Files[K]> => {
  loading[name] ??= new Promise((resolve) => {
    const script = document.createElement("script") as LentScript;
    script.nonce = nonce;
    script.crossOrigin = ""; // anonymous: no cookie travels
    script.sayso = [
      resolve,
      post,
      deliver,
      keep,
      recall,
      askHere,
      () => rules,
      matchUrl,
      currentToken,
      wouldInterrupt,
      postAs,
      key,
      load,
      goOn,
      askInvitation,
      keepOnly,
      noticeVersion,
      on,
      emit,
      ask,
      moved,
      tagDatalayer,
    ];
    script.onerror = () => {
      delete loading[name];
      resolve(undefined);
    };
    script.src = trust(base + rules.popup.replace("popup", name));
    document.documentElement.append(script);
    // Its loading has begun, so it needs no place in the host's page any more.
    script.remove();
  });
  return loading[name] as Promise<Files[K]>;
};
