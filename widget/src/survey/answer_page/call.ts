import type { Answer, Survey } from "../../core/wire.ts";

/** A response, as its receipt link opens it. */
export interface Response {
  deleted: boolean;
  /** When the link expires. */
  until: string;
  survey: Survey;
  answers: Answer[];
  texts: Record<
    "answer" | "text" | "save" | "saved" | "delete" | "sure" | "keep" | "deleted" | "failed",
    string
  >;
}

export type Path = "" | "/change" | "/delete";

/** The server's reply; "ended" if the link is not valid any more, "failed" if a retry may work. */
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
