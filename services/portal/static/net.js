// The server: calls with the token, and the stream of figures.
const KEPT = "suyuan.token";
const WHY = "suyuan.why";

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.code ?? String(status));
    this.status = status;
    this.problem = problem;
  }
}

// A token in the address is taken out of it at once, so that it is in no history and no bookmark.
export function takeTokenFromAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const token = parts.get("token");
  if (!token) return;
  sessionStorage.setItem(KEPT, token);
  parts.delete("token");
  const rest = parts.toString();
  history.replaceState(null, "", location.pathname + (rest ? `#${rest}` : ""));
}

export const signedIn = () => Boolean(sessionStorage.getItem(KEPT));
export const signIn = (token) => sessionStorage.setItem(KEPT, token);

export function signOut(why) {
  sessionStorage.removeItem(KEPT);
  if (why) sessionStorage.setItem(WHY, why);
}

export function takeReason() {
  const why = sessionStorage.getItem(WHY) ?? "";
  sessionStorage.removeItem(WHY);
  return why;
}

function ask(path, signal) {
  const token = sessionStorage.getItem(KEPT);
  return fetch(path, { headers: token ? { Authorization: `Bearer ${token}` } : {}, cache: "no-store", signal });
}

async function refusal(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // Not from our server: the status says enough.
  }
  return new Refused(response.status, problem);
}

export async function read(path) {
  const response = await ask(path, AbortSignal.timeout(15_000));
  if (!response.ok) throw await refusal(response);
  return response.json();
}

// Calls onFigures for each event; ends when the server ends it, throws when it breaks.
export async function listen(signal, onOpen, onFigures) {
  const response = await ask("/stream", signal);
  if (!response.ok) throw await refusal(response);
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const parts = text.split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const data = part.split("\n").find((line) => line.startsWith("data: "));
      if (data) onFigures(JSON.parse(data.slice(6)));
    }
  }
}
