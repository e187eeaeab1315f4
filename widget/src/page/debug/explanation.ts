import { currentToken, post, recall } from "../../core/from_loader.ts";
import { here, timeZone } from "../../core/here.ts";

/** One rule, passed or failed, with the reason and the remedy. */
export interface Check {
  passed: boolean;
  because: string;
  remedy: string;
  saw: Record<string, unknown>;
  until?: string | null;
}

export interface SurveyExplained {
  survey: string;
  /** The name of the survey in page rules. */
  rule: string;
  name: string;
  trigger: Record<string, unknown>;
  decision: { reason: string; because: string; remedy: string };
  checks: Check[];
}

export interface Explanation {
  person: { user_id: string | null; known: boolean };
  surveys: SurveyExplained[];
}

/** The server's explanation, or the problem instead. `note` names ignored input. */
export interface Answer {
  explanation?: Explanation;
  problem?: string;
  note?: string;
}

const AWAY = "The server could not be reached. Look again in a moment.";
const NEW_TOKEN = "On the server, `sayso debug-token PROJECT` makes a new one.";

/** Uses `post`, not `postAs`, so that a refusal here does not drop the page's identity. */
const call = (debug: string, token: string | undefined): Promise<Response> =>
  post("explain", { visitor: recall(""), token, debug, page: { ...here(), zone: timeZone() } });

export const explain = async (debug: string): Promise<Answer> => {
  try {
    const token = await currentToken();
    let response = await call(debug, token);
    let body = await response.json();
    let note: string | undefined;
    if (token && response.status === 401 && !`${body.code}`.startsWith("debug_")) {
      note = `The page's identity token was refused: ${body.message}`;
      response = await call(debug, undefined);
      body = await response.json();
    }
    if (response.ok) return { explanation: body, ...(note && { note }) };
    if (response.status !== 401 && response.status !== 422) return { problem: body.message };
    const expired = body.code === "debug_token_expired";
    return {
      problem: `The debug token ${expired ? "has expired" : "is not valid"}. ${NEW_TOKEN}`,
    };
  } catch {
    return { problem: AWAY };
  }
};
