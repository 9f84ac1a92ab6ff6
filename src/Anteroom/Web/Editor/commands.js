// What the toolbar and the keys do to a document.

import { TextSelection } from "prosemirror-state";
import { findWrapping } from "prosemirror-transform";
import { liftListItem } from "prosemirror-schema-list";
import { lookOf, Looks } from "./looks.js";

// ---- Looks of paragraphs ----------------------------------------------------------------------------------------------------------

export const lookAt = ({ selection: { $from } }) =>
  $from.parent.type.name === "words" ? lookOf({ tag: $from.parent.attrs.tag, attrs: $from.parent.attrs.attrs }) : null;

/** Gives the paragraphs a look, or the usual one when they have it already. */
export const setLook = (look) => (state, dispatch) => {
  const { from, to } = state.selection;
  const next = lookAt(state) === look ? Looks.text : Looks[look];
  const tr = state.tr;
  state.doc.nodesBetween(from, to, (node, at) => {
    if (node.type.name === "words") tr.setNodeMarkup(at, null, next);
  });
  if (!tr.docChanged) return false;
  dispatch?.(tr.scrollIntoView());
  return true;
};

/** Enter in a paragraph: the next one looks the same, after a heading as usual. */
export function splitWords(state, dispatch) {
  const { $from, $to } = state.selection;
  const { parent } = $from;
  if (parent.type.name !== "words" || !$from.sameParent($to)) return false;
  if (!dispatch) return true;
  const tr = state.tr.deleteSelection();
  const at = tr.mapping.map($from.pos);
  const isAtEnd = $to.parentOffset === parent.content.size;
  const isLast = parent.attrs.tag === "p" && /^margin:0;?$/.test(parent.attrs.attrs.find(([name]) => name === "style")?.[1]?.replace(/\s/g, "") ?? "");
  const next = isAtEnd && lookAt(state) !== "text" ? Looks.text : parent.attrs;
  tr.split(at, 1, [{ type: parent.type, attrs: next }]);
  // The last paragraph has no space below; now it is the last but one.
  if (isLast) tr.setNodeMarkup($from.before(), null, Looks.text);
  dispatch(tr.scrollIntoView());
  return true;
}

// ---- Lists ------------------------------------------------------------------------------------------------------------------------

function listAround({ $from }) {
  for (let depth = $from.depth; depth > 0; depth--)
    if ($from.node(depth).type.name === "list") return { depth, node: $from.node(depth), before: $from.before(depth) };
  return null;
}

export const listAt = (state) => listAround(state.selection)?.node.attrs.tag ?? null;

export const toggleList = (tag) => (state, dispatch) => {
  const list = listAround(state.selection);
  if (!list) return wrapInList(tag, state, dispatch);
  if (list.node.attrs.tag === tag) return leaveList(state, dispatch);
  dispatch?.(state.tr.setNodeMarkup(list.before, null, { ...list.node.attrs, tag }));
  return true;
};

function wrapInList(tag, state, dispatch) {
  const { $from, $to, anchor, head } = state.selection;
  const range = $from.blockRange($to);
  const { list, item, item_words } = state.schema.nodes;
  if (!range || !range.parent.canReplaceWith(range.startIndex, range.endIndex, list)) return false;
  const paragraphs = range.parent.content.content.slice(range.startIndex, range.endIndex);
  if (paragraphs.some((each) => each.type.name !== "words")) return false;
  if (!dispatch) return true;
  const tr = state.tr.replaceWith(
    range.start,
    range.end,
    list.create({ tag }, paragraphs.map((each) => item.create(null, item_words.create(null, each.content)))),
  );
  const moved = (place) => {
    const at = Math.min(Math.max(place, range.start + 1), range.end - 1);
    let end = range.start;
    const before = paragraphs.findIndex((each) => at < (end += each.nodeSize));
    return at + 2 + 2 * before;
  };
  dispatch(tr.setSelection(TextSelection.create(tr.doc, moved(anchor), moved(head))).scrollIntoView());
  return true;
}

/** Makes paragraphs of the items that are selected. */
export function leaveList(state, dispatch) {
  const { $from, $to } = state.selection;
  const around = listAround(state.selection);
  if (!around) return false;
  const { list, item, words } = state.schema.nodes;
  if ($from.node(around.depth - 1).type === item) return liftListItem(item)(state, dispatch);
  const first = $from.index(around.depth);
  const last = $to.depth >= around.depth && $to.node(around.depth) === around.node ? $to.index(around.depth) : around.node.childCount - 1;
  if (!dispatch) return true;
  const items = around.node.content.content;
  const part = (from, to) => (from < to ? [list.create(around.node.attrs, items.slice(from, to))] : []);
  const before = part(0, first);
  const paragraphs = items
    .slice(first, last + 1)
    .flatMap((each) => each.content.content.map((child) => (child.type.name === "item_words" ? words.create(null, child.content) : child)));
  const tr = state.tr.replaceWith(around.before, around.before + around.node.nodeSize, [...before, ...paragraphs, ...part(last + 1, items.length)]);
  const start = around.before + (before[0]?.nodeSize ?? 0);
  const at = start + 1 + ($from.parent.isTextblock ? $from.parentOffset : 0);
  const end = state.selection.empty ? at : start + paragraphs.reduce((size, each) => size + each.nodeSize, 0) - 1;
  dispatch(tr.setSelection(TextSelection.between(tr.doc.resolve(at), tr.doc.resolve(end))).scrollIntoView());
  return true;
}

/** Enter in an empty item, and Backspace at the beginning of one, end the list there. */
export const leaveListIf = (isTime) => (state, dispatch) => {
  const { $from, empty } = state.selection;
  return empty && $from.parent.type.name === "item_words" && isTime($from) ? leaveList(state, dispatch) : false;
};

// ---- Conditions -------------------------------------------------------------------------------------------------------------------

/** The innermost condition at the caret: a mark or a block. */
export function conditionAt(state) {
  const { $from, empty } = state.selection;
  const marks = empty ? (state.storedMarks ?? $from.marks()) : ($from.nodeAfter?.marks ?? $from.marks());
  const mark = marks.filter((each) => each.type.name === "condition").pop();
  if (mark) return { mark, ...mark.attrs };
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth);
    if (node.type.name === "condition_block") return { node, at: $from.before(depth), ...node.attrs };
  }
  return null;
}

/** Shows what is selected only under a condition; with nothing selected, the whole paragraph. */
export const setCondition = (test, not) => (state, dispatch) => {
  const { selection, schema } = state;
  const { $from, $to, from, to, empty } = selection;
  const mark = schema.marks.condition.create({ test, not });
  if (!empty && $from.sameParent($to) && $from.parent.isTextblock) {
    dispatch?.(state.tr.addMark(from, to, mark).scrollIntoView());
    return true;
  }
  const type = schema.nodes.condition_block;
  const range = type && $from.blockRange($to);
  const wrapping = range && findWrapping(range, type, { test, not });
  if (wrapping) {
    dispatch?.(state.tr.wrap(range, wrapping).scrollIntoView());
    return true;
  }
  const [start, end] = empty ? [$from.start(), $from.end()] : [from, to];
  if (start === end || (empty && !type)) return false;
  dispatch?.(state.tr.addMark(start, end, mark).scrollIntoView());
  return true;
};

/** Shows it always. */
export function removeCondition(state, dispatch) {
  const found = conditionAt(state);
  if (!found) return false;
  if (!dispatch) return true;
  if (found.node) dispatch(state.tr.replaceWith(found.at, found.at + found.node.nodeSize, found.node.content).scrollIntoView());
  else {
    const { from, to } = extent(state, found.mark);
    dispatch(state.tr.removeMark(from, to, found.mark).removeStoredMark(found.mark).scrollIntoView());
  }
  return true;
}

/** How far a mark reaches around the selection, within its paragraph. */
export function extent(state, mark) {
  const { $from } = state.selection;
  const { parent } = $from;
  let [from, to] = [state.selection.from, state.selection.to];
  let at = $from.start();
  let run = null;
  parent.forEach((child) => {
    if (child.marks.some((each) => each.eq(mark))) run ??= at;
    else run = null;
    at += child.nodeSize;
    if (run !== null && run <= state.selection.from && at >= state.selection.from) [from, to] = [Math.min(run, from), Math.max(at, to)];
  });
  return { from, to };
}

/** An arrow key at the edge of a condition steps out of it first, so that one can write behind it. */
export const stepOut = (direction) => (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty) return false;
  const inside = state.storedMarks ?? $from.marks();
  const mark = inside.filter((each) => each.type.name === "condition").pop();
  const beside = direction > 0 ? $from.nodeAfter : $from.nodeBefore;
  if (!mark || beside?.marks.some((each) => each.eq(mark))) return false;
  dispatch?.(state.tr.setStoredMarks(mark.removeFromSet(inside)));
  return true;
};

// ---- Fields and links -------------------------------------------------------------------------------------------------------------

export const insertField = (name) => (state, dispatch) => {
  const { $from } = state.selection;
  const field = state.schema.nodes.field.create({ name }, null, state.storedMarks ?? $from.marks());
  dispatch?.(state.tr.replaceSelectionWith(field, false).scrollIntoView());
  return true;
};

export function linkAt(state) {
  const { $from, empty } = state.selection;
  const isLink = (mark) => mark.type.name === "link";
  return $from.marks().find(isLink) ?? $from.nodeAfter?.marks.find(isLink) ?? (empty ? $from.nodeBefore?.marks.find(isLink) : undefined) ?? null;
}

/** Links what is selected, or writes `words`; an existing link around the caret is changed. */
export function setLink(state, dispatch, attrs, words) {
  const { link } = state.schema.marks;
  const before = linkAt(state);
  const tr = state.tr;
  let { from, to } = before ? extent(state, before) : state.selection;
  if (from === to) {
    tr.insertText(words, from);
    to = from + words.length;
  }
  if (before) tr.removeMark(from, to, before);
  dispatch(tr.addMark(from, to, link.create({ attrs })).setSelection(TextSelection.create(tr.doc, to)).removeStoredMark(link).scrollIntoView());
}

export function removeLink(state, dispatch) {
  const before = linkAt(state);
  if (!before) return false;
  const { from, to } = extent(state, before);
  dispatch?.(state.tr.removeMark(from, to, before));
  return true;
}
