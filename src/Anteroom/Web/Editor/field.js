// One field of the form: the editor in front, the field itself behind it, in step both ways.

import { baseKeymap, chainCommands, createParagraphNear, exitCode, liftEmptyBlock, toggleMark } from "prosemirror-commands";
import { closeHistory, history, redo, undo } from "prosemirror-history";
import { InputRule, inputRules } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { Fragment, Slice } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem } from "prosemirror-schema-list";
import { EditorState, Plugin } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import {
  conditionAt,
  insertField,
  leaveListIf,
  linkAt,
  listAt,
  lookAt,
  removeCondition,
  setCondition,
  setLook,
  splitWords,
  stepOut,
  toggleList,
} from "./commands.js";
import { emailFrom, emailSource, linesFrom, linesSource } from "./convert.js";
import { askForLink } from "./link.js";
import { say } from "./say.js";
import { email } from "./schema.js";
import { NotShown } from "./syntax.js";
import { menuButton, toolbar, toolButton } from "./toolbar.js";
import { words } from "./words.js";

const isApple = /Mac|iP(hone|ad|od)/.test(navigator.platform);
const mod = isApple ? "⌘" : "Ctrl+";

/** What differs between an HTML part, a plain text and a line. */
const Kinds = {
  html: { from: emailFrom, source: emailSource, isRich: true, advanced: say("Advanced: HTML"), bar: say("Formatting") },
  text: { from: linesFrom, source: linesSource, advanced: say("Advanced: text with braces"), bar: say("Fields of the text") },
  line: { from: linesFrom, source: linesSource, isLine: true, bar: say("Fields of the subject") },
};

export class FieldEditor {
  constructor(control) {
    this.control = control;
    this.kind = Kinds[control.dataset.editor];
    this.field = control.closest(".field");
    this.label = this.field.querySelector("label");
    this.label.id ||= `${control.id}-label`;
    this.build();
    this.load();
    control.addEventListener("input", () => this.isOurs || this.load());
    this.label.addEventListener("click", (event) => {
      if (this.shell.hidden) return;
      event.preventDefault();
      this.view.focus();
    });
    // preview.js and the server mark the field; the reader is in the editor.
    new MutationObserver(() => this.view?.setProps({})).observe(control, { attributeFilter: ["aria-invalid"] });
  }

  build() {
    this.note = document.createElement("p");
    this.note.className = "editor-note";
    this.note.hidden = true;
    this.shell = document.createElement("div");
    this.shell.className = `editor editor-${this.control.dataset.editor}`;
    this.control.before(this.note, this.shell);
    if (this.kind.isLine) return;
    this.details = document.createElement("details");
    this.details.className = "advanced";
    const summary = document.createElement("summary");
    summary.textContent = this.kind.advanced;
    this.control.before(this.details);
    this.details.append(summary, this.control);
  }

  /** Shows what stands in the field, or the field itself when that cannot be shown. */
  load() {
    let doc;
    try {
      doc = this.kind.from(this.control.value);
    } catch (error) {
      if (!(error instanceof NotShown)) console.info("Not shown in the editor:", error);
      this.showSource(error instanceof NotShown ? error.message : say("it is not plain enough"));
      return;
    }
    this.note.hidden = true;
    this.shell.hidden = false;
    if (this.kind.isLine) this.control.hidden = true;
    if (!this.view) this.open(doc);
    else if (!doc.eq(this.view.state.doc)) {
      const tr = this.view.state.tr.replaceWith(0, this.view.state.doc.content.size, doc.content);
      this.view.dispatch(tr.setMeta("source", true));
    }
  }

  showSource(why) {
    this.shell.hidden = true;
    this.control.hidden = false;
    this.note.hidden = false;
    this.note.textContent = say("This is edited as it is written, because {0}. It stays exactly as it stands here.", why);
    if (this.details && !this.details.open) this.details.open = true;
  }

  focus() {
    if (this.shell.hidden) this.control.focus();
    else this.view.focus();
  }

  open(doc) {
    const { control, kind, label } = this;
    const isInvalid = () => control.getAttribute("aria-invalid");
    this.tools = kind.isRich ? this.richTools() : this.plainTools();
    const paper = document.createElement("div");
    paper.className = "editor-paper";
    const top = document.createElement("div");
    top.className = "editor-top";
    top.append(this.tools.bar, ...this.menus.map((each) => each.menu));
    this.shell.append(top, paper);
    this.view = new EditorView(paper, {
      state: EditorState.create({ doc, plugins: [...this.keys(), this.rules(), history(), this.follower()] }),
      attributes: () => ({
        role: "textbox",
        "aria-multiline": String(!kind.isLine),
        "aria-labelledby": label.id,
        "aria-describedby": control.getAttribute("aria-describedby") ?? "",
        ...(isInvalid() ? { "aria-invalid": "true" } : {}),
        spellcheck: "true",
      }),
      handleDOMEvents: {
        blur: () => {
          this.chip();
          return false;
        },
      },
      // The page's policy lets no style attribute in, and complains about each.
      transformPastedHTML: (html) => html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle=/gi, " data-style=")),
      transformPasted: (slice) => this.fitted(slice),
      dispatchTransaction: (tr) => {
        // What came from the field is a step of its own for Undo.
        if (tr.docChanged && (this.isFromField || tr.getMeta("source"))) closeHistory(tr);
        if (tr.docChanged) this.isFromField = Boolean(tr.getMeta("source"));
        this.view.updateState(this.view.state.apply(tr));
        if (tr.docChanged && !tr.getMeta("source")) this.write();
      },
    });
    this.tools.update();
  }

  write() {
    this.isOurs = true;
    this.control.value = this.kind.source(this.view.state.doc);
    this.control.dispatchEvent(new Event("input", { bubbles: true }));
    this.isOurs = false;
  }

  /** Makes chips of the fields in braces that came in one go, as by a dictation; those that are typed become one at once. */
  chip() {
    const { doc, schema, tr } = this.view.state;
    const found = [];
    doc.descendants((node, at) => {
      for (const match of node.isText ? node.text.matchAll(/\{\{\s*([A-Za-z_]\w*)\s*\}\}/g) : [])
        if (match[1] !== "else" && match[1] !== "this") found.push({ from: at + match.index, size: match[0].length, name: match[1], marks: node.marks });
    });
    for (const { from, size, name, marks } of found.reverse()) tr.replaceWith(from, from + size, schema.nodes.field.create({ name }, null, marks));
    if (found.length) this.view.dispatch(tr);
  }

  follower() {
    return new Plugin({ view: () => ({ update: () => this.tools.update() }) });
  }

  // ---- Tools ----

  run(command) {
    command(this.view.state, this.view.dispatch, this.view);
    this.view.focus();
  }

  tool(name, label, keys, command, more = {}) {
    return toolButton({ name, label, keys, run: () => this.run(command), ...more });
  }

  fieldMenu() {
    return menuButton({
      name: "field",
      label: say("Insert field"),
      words: say("Insert field"),
      leave: () => this.view.focus(),
      items: () =>
        words.fields().map((field) => ({
          label: field.label,
          detail: field.example.length > 44 ? `${field.example.slice(0, 43)}…` : field.example,
          run: () => this.run(insertField(field.name)),
        })),
    });
  }

  conditionMenu() {
    const nothing = () => this.kind.isRich || !this.view.state.selection.empty || Boolean(conditionAt(this.view.state));
    return menuButton({
      name: "condition",
      label: say("Show only if"),
      words: say("Only if…"),
      isUsable: nothing,
      leave: () => this.view.focus(),
      items: () => {
        const now = conditionAt(this.view.state);
        const choices = words.conditions().filter((field) => field.isOptional || field.name === now?.test);
        return [
          ...(now ? [{ heading: words.condition(now.test, now.not) }, { label: say("Show it always"), run: () => this.run(removeCondition) }] : []),
          { heading: this.view.state.selection.empty ? say("Show this paragraph") : say("Show what is selected") },
          ...choices.map((field) => ({ label: words.condition(field.name, false), run: () => this.run(setCondition(field.name, false)) })),
          ...choices.map((field) => ({ label: words.condition(field.name, true), run: () => this.run(setCondition(field.name, true)) })),
        ];
      },
    });
  }

  undoTools() {
    return [
      this.tool("undo", say("Undo"), `${mod}Z`, undo, { isUsable: () => undo(this.view.state) }),
      this.tool("redo", say("Redo"), `${mod}Y`, redo, { isUsable: () => redo(this.view.state) }),
    ];
  }

  menuTools() {
    const hasConditions = !this.kind.isLine && words.conditions().some((field) => field.isOptional);
    this.menus = [this.fieldMenu(), ...(hasConditions ? [this.conditionMenu()] : [])];
    return this.menus;
  }

  plainTools() {
    return toolbar(this.kind.bar, [this.menuTools(), this.kind.isLine ? [] : this.undoTools()], () => this.view.focus());
  }

  richTools() {
    const { strong, emphasis } = email.marks;
    const has = (type) => () => {
      const { from, to, empty, $from } = this.view.state.selection;
      return empty ? Boolean(type.isInSet(this.view.state.storedMarks ?? $from.marks())) : this.view.state.doc.rangeHasMark(from, to, type);
    };
    const inWords = () => lookAt(this.view.state) !== null;
    return toolbar(
      this.kind.bar,
      [
        [
          this.tool("bold", say("Bold"), `${mod}B`, toggleMark(strong), { isOn: has(strong) }),
          this.tool("italic", say("Italic"), `${mod}I`, toggleMark(emphasis), { isOn: has(emphasis) }),
          toolButton({ name: "link", label: say("Link"), keys: `${mod}K`, run: () => askForLink(this.view), isOn: () => linkAt(this.view.state) !== null }),
        ],
        [
          this.tool("heading", say("Heading"), "", setLook("heading"), { isOn: () => lookAt(this.view.state) === "heading", isUsable: inWords }),
          this.tool("small", say("Small print"), "", setLook("small"), { isOn: () => lookAt(this.view.state) === "small", isUsable: inWords }),
          this.tool("bullets", say("Bulleted list"), `${mod}Shift+8`, toggleList("ul"), { isOn: () => listAt(this.view.state) === "ul" }),
          this.tool("numbers", say("Numbered list"), `${mod}Shift+7`, toggleList("ol"), { isOn: () => listAt(this.view.state) === "ol" }),
        ],
        this.undoTools(),
        this.menuTools(),
      ],
      () => this.view.focus(),
    );
  }

  // ---- Keys ----

  keys() {
    const toTools = () => {
      this.tools.focus();
      return true;
    };
    const both = {
      "Mod-z": undo,
      "Mod-y": redo,
      "Mod-Shift-z": redo,
      "Alt-F10": toTools,
      ArrowRight: stepOut(1),
      ArrowLeft: stepOut(-1),
    };
    if (this.kind.isLine) {
      const send = () => {
        const { form } = this.control;
        form.requestSubmit(form.querySelector("button[type=submit]"));
        return true;
      };
      return [keymap({ ...both, Enter: send, "Shift-Enter": () => true, "Mod-Enter": () => true }), keymap(baseKeymap)];
    }
    if (!this.kind.isRich) return [keymap(both), keymap({ ...baseKeymap, "Mod-Enter": () => false })];
    const { item, line_break } = email.nodes;
    const newLine = chainCommands(exitCode, (state, dispatch) => {
      dispatch?.(state.tr.replaceSelectionWith(line_break.create()).scrollIntoView());
      return true;
    });
    return [
      keymap({
        ...both,
        "Mod-b": toggleMark(email.marks.strong),
        "Mod-i": toggleMark(email.marks.emphasis),
        "Mod-k": () => {
          askForLink(this.view);
          return true;
        },
        "Mod-Shift-8": toggleList("ul"),
        "Mod-Shift-7": toggleList("ol"),
        "Shift-Enter": newLine,
        Enter: chainCommands(
          leaveListIf(($from) => $from.parent.content.size === 0),
          splitListItem(item),
          createParagraphNear,
          liftEmptyBlock,
          splitWords,
        ),
        Backspace: leaveListIf(($from) => $from.parentOffset === 0 && $from.index($from.depth - 1) === 0 && $from.index($from.depth - 2) === 0),
        // In a list only; elsewhere Tab goes to the next field, as everywhere.
        Tab: sinkListItem(item),
        "Shift-Tab": (state, dispatch) => (isNested(state) ? liftListItem(item)(state, dispatch) : false),
      }),
      keymap(baseKeymap),
    ];
  }

  rules() {
    const rules = [
      new InputRule(
        /\{\{\s*([A-Za-z_]\w*)\s*\}\}$/,
        (state, [, name], start, end) =>
          name === "else" || name === "this" ? null : state.tr.replaceWith(start, end, state.schema.nodes.field.create({ name }, null, state.doc.resolve(start).marks())),
        { inCode: true },
      ),
    ];
    if (this.kind.isRich) {
      const toList = (tag) => (state, match, start, end) => {
        const $start = state.doc.resolve(start);
        if ($start.parent.type.name !== "words" || $start.depth !== 1) return null;
        const tr = state.tr.delete(start, end);
        const next = state.apply(tr);
        let made = null;
        toggleList(tag)(next, (change) => (made = change));
        if (!made) return null;
        for (const step of made.steps) tr.step(step);
        return tr.setSelection(made.selection.constructor.near(tr.doc.resolve(made.selection.from)));
      };
      rules.push(new InputRule(/^[-*]\s$/, toList("ul")), new InputRule(/^1[.)]\s$/, toList("ol")));
    }
    return inputRules({ rules });
  }

  /** What is inserted from elsewhere: fields in braces become chips, and a line stays one. */
  fitted(slice) {
    const { schema } = this.view.state;
    const fit = (fragment) => {
      const nodes = [];
      fragment.forEach((node) => {
        if (!node.isText) {
          nodes.push(node.copy(fit(node.content)));
          return;
        }
        const text = this.kind.isLine ? node.text.replace(/\s*\n\s*/g, " ") : node.text;
        for (const piece of text.split(/(\{\{\s*[A-Za-z_]\w*\s*\}\})/)) {
          const name = /^\{\{\s*(\w+)\s*\}\}$/.exec(piece)?.[1];
          if (name && name !== "else" && name !== "this") nodes.push(schema.nodes.field.create({ name }, null, node.marks));
          else if (piece) nodes.push(schema.text(piece, node.marks));
        }
      });
      return Fragment.from(nodes);
    };
    return new Slice(fit(slice.content), slice.openStart, slice.openEnd);
  }
}

function isNested({ selection: { $from } }) {
  let lists = 0;
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type.name === "list") lists++;
  return lists > 1;
}
