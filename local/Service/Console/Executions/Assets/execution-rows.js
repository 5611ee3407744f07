// A table of any length that has only the rows in sight in the document.

const overscan = 6;
let tables = 0;

/**
 * `root` becomes the table. `columns` are { name, kind }; rows are `height` pixels high, `narrowHeight` in a narrow window;
 * `fill(cells, index, row)` writes the cells of a row and may set its class; `choose(index)` is called for the row that the reader picked; `look(from, to)` when other rows came into sight.
 */
export class Rows {
  #root;
  #body;
  #options;
  #pool = [];
  #count = 0;
  #active = -1;
  #from = 0;
  #to = 0;
  #planned = 0;
  #prefix = `rows-${++tables}`;

  constructor(root, options) {
    this.#root = root;
    this.#options = { height: 30, ...options };
    if (options.narrowHeight && matchMedia("(max-width: 700px)").matches) this.#options.height = options.narrowHeight;
    root.setAttribute("role", "grid");
    root.setAttribute("aria-label", options.label);
    root.tabIndex = 0;
    const head = document.createElement("div");
    head.className = "rows-head";
    head.setAttribute("role", "row");
    for (const column of options.columns) {
      const cell = document.createElement("span");
      cell.setAttribute("role", "columnheader");
      cell.className = column.kind ?? "";
      if (column.element) cell.append(column.element);
      else cell.textContent = column.name;
      head.append(cell);
    }
    this.#body = document.createElement("div");
    this.#body.className = "rows-body";
    this.#body.setAttribute("role", "rowgroup");
    root.replaceChildren(head, this.#body);
    root.addEventListener("scroll", () => this.plan(), { passive: true });
    root.addEventListener("keydown", event => this.#key(event));
    root.addEventListener("click", event => {
      const row = event.target.closest(".row");
      if (row && !event.target.closest("a, button")) this.activate(row.index, true);
    });
    new ResizeObserver(() => this.plan()).observe(root);
  }

  get count() {
    return this.#count;
  }

  get active() {
    return this.#active;
  }

  set count(count) {
    if (count === this.#count) return;
    this.#count = count;
    this.#body.style.height = `${count * this.#options.height}px`;
    this.#root.setAttribute("aria-rowcount", count + 1);
    this.plan();
  }

  /** Draws with the next frame, however often it is asked for. */
  plan() {
    if (this.#planned) return;
    // Frames stand still in a page that nobody sees.
    this.#planned = requestAnimationFrame(() => {
      this.#planned = 0;
      this.draw();
    });
  }

  draw() {
    const { height, columns, fill } = this.#options;
    const room = this.#root.clientHeight;
    if (room === 0) return;
    const first = Math.floor(this.#root.scrollTop / height);
    this.#from = Math.max(0, first - overscan);
    this.#to = Math.min(this.#count, first + Math.ceil(room / height) + overscan);
    const wanted = this.#to - this.#from;
    while (this.#pool.length < wanted) this.#pool.push(this.#newRow(columns));

    // A row keeps its element while it is in sight, so that a selection of text and the focus stay.
    const size = this.#pool.length;
    for (const row of this.#pool) row.isUsed = false;
    for (let index = this.#from; index < this.#to; index++) {
      const row = this.#pool[index % size];
      row.isUsed = true;
      if (row.index !== index) {
        row.index = index;
        row.id = `${this.#prefix}-${index}`;
        row.style.transform = `translateY(${index * height}px)`;
        row.setAttribute("aria-rowindex", index + 2);
      }
      row.hidden = false;
      row.className = "row";
      if (index === this.#active) row.classList.add("is-active");
      row.setAttribute("aria-selected", index === this.#active);
      fill(row.cells, index, row);
    }
    for (const row of this.#pool) {
      if (!row.isUsed) row.hidden = true;
    }
    this.#options.look?.(this.#from, this.#to);
  }

  #newRow(columns) {
    const row = document.createElement("div");
    row.className = "row";
    row.index = -1;
    row.style.height = `${this.#options.height}px`;
    row.setAttribute("role", "row");
    row.cells = columns.map(column => {
      const cell = document.createElement("span");
      cell.setAttribute("role", "gridcell");
      cell.className = column.kind ?? "";
      row.append(cell);
      return cell;
    });
    this.#body.append(row);
    return row;
  }

  /** Makes a row the active one; `isChosen` when the reader asked for it. */
  activate(index, isChosen = false) {
    if (index < 0 || index >= this.#count) return;
    this.#active = index;
    this.#root.setAttribute("aria-activedescendant", `${this.#prefix}-${index}`);
    this.reveal(index);
    this.draw();
    if (isChosen) this.#options.choose?.(index);
  }

  clearActive() {
    this.#active = -1;
    this.#root.removeAttribute("aria-activedescendant");
    this.plan();
  }

  /** Scrolls as little as it takes to see a row. */
  reveal(index) {
    const { height } = this.#options;
    const head = this.#body.offsetTop;
    const top = index * height;
    const room = this.#root.clientHeight - head;
    if (top < this.#root.scrollTop) this.#root.scrollTop = top;
    else if (top + height > this.#root.scrollTop + room) this.#root.scrollTop = top + height - room;
  }

  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== this.#root) return;
    const page = Math.max(1, Math.floor(this.#root.clientHeight / this.#options.height) - 2);
    const at = this.#active;
    const to = {
      ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), PageDown: Math.min(this.#count - 1, at + page), PageUp: Math.max(0, at - page),
      Home: 0, End: this.#count - 1, Enter: at, " ": at,
    }[event.key];
    if (to === undefined) {
      this.#options.key?.(event, at);
      return;
    }
    event.preventDefault();
    this.activate(to, true);
  }
}
