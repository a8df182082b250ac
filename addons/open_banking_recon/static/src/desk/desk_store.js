import { _t } from "@web/core/l10n/translation";
import { markRaw } from "@odoo/owl";

import { ChoiceStore, MODEL } from "./choice_store";

const AHEAD = 8; // lines that are fetched at once before they are asked for,
const READY = 3; // when fewer than so many are left
const ROWS_AT_ONCE = 60;
const MOST_IN_A_PULSE = 300;

/**
 * The state of the workplace and everything that changes it. Components read it and call it; the
 * server decides what is possible and says what would be posted.
 */
export class DeskStore extends ChoiceStore {
    constructor(orm) {
        super(orm);
        this.filters = {
            search: "",
            reason: false,
            owner: false,
            direction: false,
            journal_id: false,
            postponed: false,
            approval: false,
        };
        this.order = "newest";
        this.ids = [];
        this.rows = {};
        this.total = 0;
        this.reasons = {};
        this.labels = {};
        this.journals = [];
        this.canWrite = false;
        this.toApprove = 0; // lines that wait for a second person
        this.reasonAsked = 0; // how often the reason of a request was missing
        this.isLoading = true;
        this.loads = 0;
        this.isStale = false;
        this.isBusy = false;
        this.undone = [];
        this.coming = markRaw(new Map()); // line id -> promise of the answer that brings it
        this.holder = false;
    }

    // -- the list ---------------------------------------------------------

    async load(wanted = false) {
        const turn = ++this.loads;
        const before = this.currentId;
        this.isLoading = true;
        const board = await this.orm.call(MODEL, "board", [this.filters, this.order]);
        if (turn !== this.loads) {
            return; // another list was asked for meanwhile
        }
        this.ids = board.ids;
        // what was clicked while the list was on its way is not taken from under the user
        const isClicked = this.currentId !== before && this.ids.includes(this.currentId);
        this.rows = {};
        this.details = isClicked && this.line ? { [this.currentId]: this.line } : {};
        this.total = board.total;
        this.reasons = board.reasons;
        this.labels = board.labels;
        this.journals = board.journals;
        this.canWrite = board.can_write;
        this.toApprove = board.to_approve;
        this.keepRows(board.rows);
        if (wanted && !this.ids.includes(wanted)) {
            this.ids = [wanted, ...this.ids];
        }
        this.isLoading = false;
        if (isClicked) {
            return this.lookAhead();
        }
        await this.select(wanted || this.ids[0] || false);
    }

    keepRows(rows) {
        for (const row of rows) {
            this.rows[row.id] = row;
            if (this.details[row.id]) {
                Object.assign(this.details[row.id], row);
            }
        }
    }

    /** Fetch the rows of the list between two positions that are not known yet. */
    async fetchRows(first, last) {
        const missing = this.ids.slice(first, last + 1).filter((id) => !this.rows[id]);
        if (missing.length) {
            const wanted = missing.slice(0, ROWS_AT_ONCE * 2);
            this.keepRows(await this.orm.silent.call(MODEL, "rows", [wanted]));
        }
    }

    /** What colleagues did meanwhile to the lines in sight: they mark some and settle others. */
    async pulse() {
        const known = this.ids.filter((id) => this.rows[id]).slice(0, MOST_IN_A_PULSE);
        if (!known.length) {
            return;
        }
        const rows = await this.orm.silent.call(MODEL, "rows", [known]);
        const waiting = new Set(rows.map((row) => row.id));
        this.keepRows(rows);
        for (const id of known) {
            if (!waiting.has(id) && id !== this.currentId) {
                this.drop(id);
            }
        }
    }

    get position() {
        return this.ids.indexOf(this.currentId);
    }

    following(count) {
        return this.ids.slice(this.position + 1, this.position + 1 + count);
    }

    // -- the chosen line --------------------------------------------------

    /** Choose the line ``id``; ``holder``: who works on it, when the server has said so already. */
    async select(id, holder) {
        const before = this.currentId;
        this.currentId = id;
        this.message = false;
        this.isStale = false;
        this.holder = false;
        if (!id) {
            this.choice = false;
            return;
        }
        if (before && before !== id && this.canWrite) {
            this.orm.silent.call(MODEL, "release", [before]);
        }
        if (!this.details[id]) {
            this.choice = false;
            await (this.coming.get(id) || this.fetchLines([id]));
            if (this.currentId !== id) {
                return;
            }
            if (!this.details[id]) {
                return this.drop(id); // a colleague was faster
            }
        }
        this.takeOver(this.details[id]);
        if (holder === undefined) {
            this.claim(id);
        } else {
            this.holder = holder;
        }
        this.lookAhead();
    }

    /** Fetch the lines `ids`. Whoever wants one that is on its way waits for it: shown before its
     *  choice is there, it would take no key. */
    async fetchLines(ids) {
        const coming = this.orm.silent.call(MODEL, "lines", [ids]).then((lines) => {
            for (const line of lines) {
                this.details[line.id] = line;
                this.rows[line.id] = { ...this.rows[line.id], ...line };
            }
        });
        ids.forEach((id) => this.coming.set(id, coming));
        try {
            await coming;
        } finally {
            ids.filter((id) => this.coming.get(id) === coming).forEach((id) => this.coming.delete(id));
        }
    }

    /** The workplace is closed: nobody works on the line any more. */
    leave() {
        if (this.currentId && this.canWrite) {
            this.orm.silent.call(MODEL, "release", [this.currentId]);
        }
    }

    async claim(id) {
        if (this.canWrite) {
            const holder = await this.orm.silent.call(MODEL, "claim", [id]);
            if (this.currentId === id) {
                this.holder = holder;
            }
        }
    }

    /** The lines to fetch now: none as long as some are ready, then several at once. */
    get wantedAhead() {
        const isReady = this.following(READY).every((id) => this.details[id]);
        return isReady ? [] : this.following(AHEAD).filter((id) => !this.details[id]);
    }

    async lookAhead() {
        const wanted = this.wantedAhead.filter((id) => !this.coming.has(id));
        if (wanted.length) {
            await this.fetchLines(wanted);
        }
    }

    step(distance) {
        const id = this.ids[this.position + distance];
        if (id) {
            return this.select(id);
        }
    }

    /** Take ``id`` off the list and go on with the line that stood after it. */
    async drop(id, holder) {
        const position = this.ids.indexOf(id);
        const reason = this.rows[id] && this.rows[id].reason;
        if (position >= 0) {
            this.ids.splice(position, 1);
        }
        if (this.reasons[reason]) {
            this.reasons[reason] -= 1;
            this.total -= 1;
        }
        delete this.details[id];
        if (this.currentId === id) {
            this.currentId = false;
            await this.select(this.ids[Math.min(position, this.ids.length - 1)] || false, holder);
        }
    }

    // -- deciding -----------------------------------------------------------

    async accept() {
        if (!this.canWrite || this.isBusy || !this.line || this.line.request) {
            return;
        }
        if (this.result.approval && !this.choice.reason.trim()) {
            this.reasonAsked += 1;
            return;
        }
        const id = this.currentId;
        const [next] = this.following(1);
        const wanted = next && !this.details[next] ? [next] : [];
        const used = new Set(this.choice.documents.map((item) => item.id));
        await this.run(async () => {
            const args = [id, this.payload, this.line.stamp, wanted, next || false];
            const answer = await this.orm.silent.call(MODEL, "accept", args);
            if (answer.requested) {
                return this.isAskedFor(id, next ? answer.holder : undefined);
            }
            this.undone.push(answer.line_id);
            this.forget(used, id);
            for (const line of answer.following) {
                this.details[line.id] = line;
            }
            if (answer.settled) {
                await this.drop(id, next ? answer.holder : undefined);
            } else {
                this.details[id] = answer.line;
                this.takeOver(answer.line);
                this.message = { type: "info", text: _t("Posted. The rest is still to do.") };
            }
        });
    }

    /** A second person decides on the line ``id``: it leaves the list. */
    async isAskedFor(id, holder) {
        this.toApprove += 1;
        await this.drop(id, holder);
        const text = _t("Nothing was posted: a second person was asked to approve it.");
        this.message = { type: "info", text };
    }

    /** What is known of lines that compete for ``documents`` is out of date. */
    forget(documents, except) {
        for (const line of Object.values(this.details)) {
            const items = line.proposals.flatMap((row) => row.documents.map((item) => item.id));
            if (line.id !== except && items.some((item) => documents.has(item))) {
                delete this.details[line.id];
            }
        }
    }

    async undo() {
        const lineId = this.undone.at(-1);
        if (!lineId || !this.canWrite) {
            this.message = { type: "info", text: _t("Nothing was posted here yet.") };
            return;
        }
        await this.run(async () => {
            const id = await this.orm.call(MODEL, "undo", [lineId]);
            this.undone.pop();
            await this.bringBack(id);
            this.message = { type: "info", text: _t("Undone: the line waits again.") };
        });
    }

    async bringBack(id) {
        this.details = {};
        if (!this.ids.includes(id)) {
            this.ids.splice(Math.max(this.position, 0), 0, id);
            this.total += 1;
        }
        await this.select(id);
        const reason = this.line && this.line.reason;
        this.reasons[reason] = (this.reasons[reason] || 0) + 1;
    }

    async setPartner(id) {
        await this.run(async () => {
            const line = await this.orm.call(MODEL, "set_partner", [this.currentId, id]);
            this.details[line.id] = line;
            this.rows[line.id] = line;
            this.line.stamp = line.stamp;
            this.choice.partner = id;
            await this.refresh();
        });
    }

    async assign(userId) {
        await this.run(async () => {
            this.keepRows(await this.orm.call(MODEL, "assign", [[this.currentId], userId]));
        });
    }

    async postpone(until) {
        const id = this.currentId;
        await this.run(async () => {
            await this.orm.call(MODEL, "postpone", [[id], until]);
            await this.drop(id);
        });
    }

    /** Look at a line again that changed meanwhile, with the choice that was made. */
    async lookAgain() {
        const id = this.currentId;
        const { choice, chosen } = this;
        delete this.details[id];
        await this.select(id);
        if (this.currentId === id && this.line) {
            this.choice = choice;
            this.chosen = chosen;
            await this.refresh();
        }
    }

    /** Run ``job``; what it refuses is said on the line, and nothing of the choice is lost. */
    async run(job) {
        this.isBusy = true;
        this.message = false;
        try {
            await job();
        } catch (error) {
            if (!error.data) {
                throw error;
            }
            this.isStale = true;
            this.message = { type: "danger", text: error.data.message || error.message };
        } finally {
            this.isBusy = false;
        }
    }
}
