import { _t } from "@web/core/l10n/translation";

/** What each key does on the workplace: [keys, name of the action, in words]. */
export const KEYS = [
    [["Enter"], "accept", _t("Post and go on")],
    [["ArrowDown", "j"], "next", _t("Next line, leave this one")],
    [["ArrowUp", "k"], "previous", _t("Previous line")],
    [["1", "2", "3", "4", "5", "6", "7", "8", "9"], "proposal", _t("Take this proposal")],
    [["o"], "search", _t("Other documents")],
    [["p"], "payPart", _t("Pay the document in part")],
    [["s"], "split", _t("Split what is left")],
    [["f"], "fee", _t("What is left is a fee")],
    [["d"], "discount", _t("What is left is a discount")],
    [["r"], "rounding", _t("What is left is rounding")],
    [["x"], "exchange", _t("What is left is an exchange difference")],
    [["w"], "other", _t("Book what is left on an account")],
    [["c"], "account", _t("Keep what is left on the partner's account")],
    [["n"], "partner", _t("Set the partner")],
    [["l"], "rule", _t("Apply a rule")],
    [["a"], "assign", _t("Give to a colleague")],
    [["z"], "postpone", _t("Postpone")],
    [["Backspace", "u"], "undo", _t("Undo the last posting")],
    [["b"], "bulk", _t("Accept several")],
    [["h"], "discussion", _t("Discussion")],
    [["/"], "find", _t("Search the list")],
    [["?"], "help", _t("These keys")],
];

const BY_KEY = Object.fromEntries(KEYS.flatMap(([keys, name]) => keys.map((key) => [key, name])));
const TYPING = "input, textarea, select, [contenteditable=true]";

/**
 * The action that a key press asks for, or false. Keys belong to whoever is typing, to dialogs, and
 * (Enter) to a button that has the focus.
 */
export function actionOf(ev) {
    if (ev.ctrlKey && ev.key === "Enter") {
        return "accept";
    }
    if (ev.ctrlKey || ev.metaKey || ev.altKey || ev.defaultPrevented || ev.repeat) {
        return false;
    }
    const isOnButton = ev.key === "Enter" && ev.target.closest("button, a, summary");
    const overlay = document.querySelector(".modal, .o_popover, .o-autocomplete--dropdown-menu");
    if (ev.target.closest(TYPING) || isOnButton || overlay) {
        return false;
    }
    return BY_KEY[ev.key] || false;
}
