// What the page knows of an execution: it takes the server's updates and answers questions. It touches no document.

export const statuses = ["running", "succeeded", "caught", "failed", "aborted"];
export const statusTexts = ["Running", "Succeeded", "Caught error", "Failed", "Aborted"];
export const running = 0;
export const succeeded = 1;
export const caught = 2;
export const failed = 3;

export class ExecutionModel {
  to = 0;
  total = 0;
  offset = 0;
  states = new Map();
  passages = new Map();
  visits = new Map();
  iterations = new Map();
  visitsByState = new Map();
  #start = Infinity;

  /** Takes an update and tells what changed. */
  apply(update, receivedAt = Date.now()) {
    this.to = update.to;
    this.total = update.total;
    this.offset = update.now - receivedAt;
    const states = update.states.map(([name, status, ...rest]) => ({
      name, status, counts: rest.slice(0, statuses.length), superseded: rest[statuses.length], retries: rest[statuses.length + 1],
    }));
    for (const state of states) this.states.set(state.name, state);
    const passages = update.passages.map(([from, to, isCaught]) => ({ from, to, isCaught: isCaught === 1 }));
    for (const passage of passages) this.passages.set(`${passage.from}\n${passage.to}\n${passage.isCaught}`, passage);
    const iterations = update.iterations.map(([id, map, index, started, ended, status, superseded]) => ({
      id, map, index, started, ended, status, isSuperseded: superseded === 1,
    }));
    for (const iteration of iterations) this.iterations.set(iteration.id, iteration);
    let isGrown = iterations.some(iteration => iteration.ended === null);
    const visits = update.visits.map(([id, name, type, outer, index, iteration, entered, ended, status, attempts, error, superseded, mapRun]) => ({
      id, name, type, outer, index, iteration, entered, ended, status, attempts, error, isSuperseded: superseded === 1, mapRun,
    }));
    for (const visit of visits) {
      if (!this.visits.has(visit.id)) {
        isGrown = true;
        const others = this.visitsByState.get(visit.name);
        if (others) insert(others, visit.id);
        else this.visitsByState.set(visit.name, [visit.id]);
      }
      this.visits.set(visit.id, visit);
      this.#start = Math.min(this.#start, visit.entered);
    }
    return { states, passages, iterations, visits, isGrown };
  }

  /** The executions' time now, in milliseconds since 1970. */
  now(at = Date.now()) {
    return at + this.offset;
  }

  /** When the first state was entered. */
  get start() {
    return this.#start;
  }

  /** When the last of what ended did, or now while something runs. */
  end(now = this.now()) {
    let end = this.#start;
    for (const visit of this.visits.values()) end = Math.max(end, visit.ended ?? now);
    return end;
  }

  /** The visit of a state that matters most: one that runs, else the last that went wrong, else the last. */
  mainVisit(name) {
    const ids = this.visitsByState.get(name) ?? [];
    const find = status => ids.findLast(id => this.visits.get(id).status === status);
    return find(running) ?? find(failed) ?? ids.at(-1);
  }

  /**
   * The visits and iterations as a tree, outer before inner: what is in an iteration stands under it. `isOpen` says whether the inside
   * of a node is wanted. Each node is { id, depth, visit or iteration, hasInner }.
   */
  tree(isOpen = () => true) {
    const byOuter = new Map();
    const add = (key, item) => {
      const items = byOuter.get(key);
      if (items) items.push(item);
      else byOuter.set(key, [item]);
    };
    for (const iteration of this.iterations.values()) add(iteration.map, { id: iteration.id, index: iteration.index, iteration });
    for (const visit of this.visits.values()) {
      const key = visit.iteration && this.iterations.has(visit.iteration) ? visit.iteration : this.visits.has(visit.outer) ? visit.outer : 0;
      add(key, { id: visit.id, index: key === visit.iteration ? 0 : visit.index, visit });
    }
    const nodes = [];
    const walk = (key, depth) => {
      const items = byOuter.get(key);
      if (!items) return;
      items.sort((a, b) => a.index - b.index || a.id - b.id);
      for (const { id, visit, iteration } of items) {
        const hasInner = byOuter.has(id);
        nodes.push({ id, depth, visit, iteration, hasInner });
        if (hasInner && isOpen(id)) walk(id, depth + 1);
      }
    };
    walk(0, 0);
    return nodes;
  }

  /** The iterations of a Map's visit, by item; those of a round that was begun again are left out. */
  iterationsOf(map, status = null) {
    return [...this.iterations.values()]
      .filter(iteration => iteration.map === map && !iteration.isSuperseded && (status === null || iteration.status === status))
      .sort((a, b) => a.index - b.index || a.id - b.id);
  }

  /** What a node in the graph says: how many of how many visits are over. */
  static badge({ counts }) {
    const counted = counts.reduce((sum, count) => sum + count, 0);
    if (counted <= 1) return null;
    const wrong = counts[failed] + counts[caught];
    const crossed = wrong > 0 ? ` ${wrong} ✗` : "";
    return counts[running] > 0 ? `${counted - counts[running]}/${counted}${crossed}` : `${counts[succeeded]} ✓${crossed}`;
  }

  /** The same in words. */
  static words({ counts, retries }) {
    const words = counts.flatMap((count, status) => (count > 0 ? [`${count} ${statusTexts[status].toLowerCase()}`] : []));
    if (retries > 0) words.push(retries === 1 ? "1 retry" : `${retries} retries`);
    return words.join(", ");
  }
}

function insert(sorted, id) {
  let at = sorted.length;
  while (at > 0 && sorted[at - 1] > id) at--;
  sorted.splice(at, 0, id);
}
