import { Chatter } from "@mail/chatter/web_portal/chatter";
import { formatCurrency } from "@web/core/currency";
import { Dialog } from "@web/core/dialog/dialog";
import { deserializeDate, formatDate, serializeDate, today } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";

import { KEYS } from "./keys";

/** Choose one record: a partner, a colleague, a rule. */
export class PickDialog extends Component {
    static template = "open_banking_recon.PickDialog";
    static components = { Dialog, RecordSelector };
    static props = {
        close: Function,
        title: String,
        resModel: String,
        domain: Array,
        onPick: Function,
        noneLabel: { type: String, optional: true },
    };

    pick(id) {
        if (id || this.props.noneLabel) {
            this.props.close();
            this.props.onPick(id);
        }
    }

    setup() {
        useAutofocus({ refName: "focus" });
    }
}

/** The day on which a line comes back to the list. */
export class PostponeDialog extends Component {
    static template = "open_banking_recon.PostponeDialog";
    static components = { Dialog };
    static props = { close: Function, onPick: Function };

    setup() {
        const day = today();
        this.state = useState({ day: serializeDate(day.plus({ days: 7 })) });
        this.first = serializeDate(day.plus({ days: 1 }));
        this.choices = [
            [_t("Tomorrow"), day.plus({ days: 1 })],
            [_t("Next Monday"), day.plus({ days: 8 - day.weekday })],
            [_t("In two weeks"), day.plus({ days: 14 })],
            [_t("Next month"), day.plus({ months: 1 }).startOf("month")],
        ].map(([label, value]) => [label, serializeDate(value)]);
        const field = useRef("focus");
        onMounted(() => field.el.focus());
    }

    pick(day) {
        if (day) {
            this.props.close();
            this.props.onPick(day);
        }
    }
}

const SIGNS = { ArrowDown: "↓", ArrowUp: "↑", Backspace: "⌫", Enter: "⏎" };

/** The keys of the workplace. */
export class KeysDialog extends Component {
    static template = "open_banking_recon.KeysDialog";
    static components = { Dialog };
    static props = { close: Function };

    setup() {
        this.keys = KEYS.map(([keys, name, label]) => {
            const shown = keys.length > 2 ? [keys[0], "…", keys.at(-1)] : keys;
            return { keys: shown.map((key) => SIGNS[key] || key), name, label };
        });
    }
}

/** The discussion about a line: Odoo's own chatter of the exception. */
export class DiscussionDialog extends Component {
    static template = "open_banking_recon.DiscussionDialog";
    static components = { Chatter, Dialog };
    static props = { close: Function, threadId: Number, title: String };
}

const AT_ONCE = 100;

/** Accept the best proposals of many lines, after a look at what that would be. */
export class BulkDialog extends Component {
    static template = "open_banking_recon.BulkDialog";
    static components = { Dialog };
    static props = { close: Function, store: Object, onDone: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ percent: 90, preview: false, done: 0, refused: [], isRunning: false });
        this.loadSoon = useDebounced(() => this.load(), 250);
        onWillStart(() => this.load());
    }

    async load() {
        const turn = (this.turn = (this.turn || 0) + 1);
        const args = [this.props.store.filters, this.state.percent / 100];
        const preview = await this.orm.silent.call("recon.desk", "bulk_preview", args);
        if (turn === this.turn) {
            this.state.preview = preview;
        }
    }

    onPercent(ev) {
        this.state.percent = Number(ev.target.value);
        this.loadSoon();
    }

    get totals() {
        return this.state.preview.totals
            .map(({ amount, currency_id }) => formatCurrency(amount, currency_id))
            .join(", ");
    }

    get leftOut() {
        return Object.entries(this.state.preview.left_out).map(([why, count]) =>
            _t("%(count)s left out: %(why)s", { count, why })
        );
    }

    get percentText() {
        return _t("Proposals with a probability of at least %s %%", this.state.percent);
    }

    get countText() {
        const { count } = this.state.preview;
        if (!count) {
            return _t("No line has such a proposal.");
        }
        return _t("%(count)s lines over %(total)s would be posted with their best proposal.", {
            count,
            total: this.totals,
        });
    }

    get shownText() {
        return _t("The first %s are shown.", this.state.preview.rows.length);
    }

    get doneText() {
        return _t("%s posted.", this.state.done);
    }

    money(row) {
        return formatCurrency(row.amount, row.currency_id);
    }

    day(text) {
        return formatDate(deserializeDate(text));
    }

    /** Some at a time: what is done stays done, and the user sees it go on. */
    async accept() {
        this.state.isRunning = true;
        const ids = [...this.state.preview.ids];
        try {
            while (ids.length) {
                const some = ids.splice(0, AT_ONCE);
                const answer = await this.orm.silent.call("recon.desk", "bulk_accept", [some]);
                this.state.done += answer.done.length;
                this.state.refused.push(...answer.refused);
            }
        } finally {
            this.state.isRunning = false;
            this.props.onDone();
        }
        if (!this.state.refused.length) {
            this.props.close();
        }
    }
}
