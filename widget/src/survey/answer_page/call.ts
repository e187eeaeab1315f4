import type { Answer, Survey } from "../../core/wire.ts";

/** A response as its receipt opens it. */
export interface Response {
  deleted: boolean;
  /** When the link ends. */
  until: string;
  survey: Survey;
  answers: Answer[];
  texts: Record<
    "answer" | "text" | "save" | "saved" | "delete" | "sure" | "keep" | "deleted" | "failed",
    string
  >;
}

export type Path = "" | "/change" | "/delete";

/** The server's reply; "ended" where the link opens nothing, "failed" where it may do so later. */
export const call = async (
  path: Path,
  secret: string,
  answers?: Answer[],
): Promise<Response | "ended" | "failed"> => {
  try {
    const reply = await fetch(`v1/answer${path}`, {
      method: "POST",
      body: JSON.stringify({ secret, answers }),
      credentials: "omit",
    });
    if (reply.ok) return await reply.json();
    return reply.status === 404 || reply.status === 422 ? "ended" : "failed";
  } catch {
    return "failed";
  }
};
