// The sandbox's own interface, as the page uses it: read the state, do something as somebody, hear about changes.

async function answer(response) {
  try {
    return await response.json();
  } catch {
    return { ok: false, error: `http_${response.status}` };
  }
}

/** Read what this person may see. Without a person the sandbox chooses the first. */
export async function readState(personId) {
  const response = await fetch(personId ? `/page/state?as=${encodeURIComponent(personId)}` : "/page/state");
  if (!response.ok) throw new Error(`state: ${response.status}`);
  return response.json();
}

/** Do something; answers `{ok, error?, errors?}` and never throws. */
export async function post(what, body) {
  try {
    const response = await fetch(`/page/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answer(response);
  } catch {
    return { ok: false, error: "sandbox_unreachable" };
  }
}

/** Call `changed` whenever something changed for anyone; `connected(bool)` says whether the line is up. Returns a way to stop. */
export function listen(personId, changed, connected) {
  const source = new EventSource(`/page/events?as=${encodeURIComponent(personId)}`);
  source.addEventListener("open", () => connected(true));
  source.addEventListener("error", () => connected(false));
  source.addEventListener("message", (event) => changed(JSON.parse(event.data).version));
  return () => source.close();
}
