import { _t } from "@web/core/l10n/translation";

export const MODEL = "recon.desk";
export const WRITE_OFFS = ["fee", "discount", "rounding", "exchange", "other"];

let lastKey = 0;

/** What is decided on the chosen line before it is posted, and what that would post. */
export class ChoiceStore {
    constructor(orm) {
        this.orm = orm;
        this.details = {};
        this.currentId = false;
        this.choice = false;
        this.result = { entry: [], rest: 0, problem: false, approval: false, is_settled: false };
        this.chosen = false; // id of the proposal that was taken over as it is
        this.message = false;
        this.answered = Promise.resolve(); // when the last question has its answer
        this.turn = 0; // of previews: an answer that comes late is not shown
    }

    get line() {
        return this.details[this.currentId];
    }

    /** Show what the server proposes for ``line``. */
    takeOver(line) {
        this.show(line.choice, line);
        this.result = line;
        const best = line.proposals[0];
        this.chosen = best && line.choice.documents.length ? best.id : false;
    }

    show(choice, line) {
        const known = {};
        for (const proposal of line.proposals) {
            for (const item of proposal.documents) {
                known[item.id] = item;
            }
        }
        this.choice = {
            documents: choice.documents.map((row) => ({ ...known[row.id], ...row })),
            parts: choice.parts.map((part) => this.newPart(part.kind, part)),
            partner: choice.partner_id,
            rule: choice.rule_id,
            reason: "",
        };
    }

    newPart(kind, values = {}) {
        const known = this.line.accounts[kind];
        return {
            key: ++lastKey,
            kind,
            amount: values.amount || false,
            account_id: values.account_id || (known && known.id) || false,
            label: values.label || "",
        };
    }

    get payload() {
        return {
            documents: this.choice.documents.map(({ id, amount }) => ({ id, amount })),
            parts: this.choice.parts.map(({ kind, amount, account_id, label }) => ({
                kind,
                amount,
                account_id,
                label,
            })),
            partner_id: this.choice.partner,
            rule_id: this.choice.rule,
            reason: this.choice.reason,
        };
    }

    /** Ask what the choice would post; the newest question wins, and what builds on it waits. */
    refresh() {
        this.answered = this.ask();
        return this.answered;
    }

    async ask() {
        const turn = ++this.turn;
        const id = this.currentId;
        const result = await this.orm.silent.call(MODEL, "preview", [id, this.payload]);
        if (turn === this.turn && id === this.currentId) {
            this.result = result;
        }
    }

    useProposal(position) {
        const proposal = this.line.proposals[position];
        if (!proposal || !proposal.is_open) {
            return;
        }
        this.chosen = proposal.id;
        this.show(proposal.choice, this.line);
        return this.refresh();
    }

    addDocument(item) {
        if (this.choice.documents.some((known) => known.id === item.id)) {
            return;
        }
        this.leaveProposal();
        this.choice.documents.push({ ...item, amount: Math.abs(item.residual) });
        this.choice.partner = this.choice.partner || (item.partner && item.partner.id);
        return this.refresh();
    }

    removeDocument(id) {
        this.leaveProposal();
        this.choice.documents = this.choice.documents.filter((item) => item.id !== id);
        return this.refresh();
    }

    setAmount(id, amount) {
        this.leaveProposal();
        this.choice.documents.find((item) => item.id === id).amount = amount;
        return this.refresh();
    }

    leaveProposal() {
        this.chosen = false;
        this.choice.rule = false;
    }

    /** Let the last document be paid in part: as much as the bank line covers. */
    async payPart() {
        await this.answered;
        const last = this.choice.documents.at(-1);
        const missing = -this.result.rest * Math.sign(this.line.total);
        if (last && missing > 0 && missing < last.amount) {
            this.choice.parts = [];
            const cents = Math.round((last.amount - missing) * 1e6) / 1e6;
            return this.setAmount(last.id, cents);
        }
    }

    get hasRest() {
        return Math.abs(this.result.rest) > 1e-6;
    }

    nothingLeft() {
        this.message = { type: "info", text: _t("The documents explain the whole amount.") };
    }

    /** Book what is left as ``kind``; a second part takes what the first leaves. */
    async addPart(kind) {
        await this.answered;
        if (!this.hasRest) {
            return this.nothingLeft();
        }
        this.choice.rule = false;
        for (const part of this.choice.parts) {
            if (part.amount === false) {
                part.amount = this.result.rest;
            }
        }
        const used = this.choice.parts.reduce((sum, part) => sum + part.amount, 0);
        if (Math.abs(this.result.rest - used) < 1e-6 && this.choice.parts.length === 1) {
            this.choice.parts = []; // one key after the other changes the kind
        }
        this.choice.parts.push(this.newPart(kind));
        return this.refresh();
    }

    /** Divide what is left over two accounts: half each until the user says how much. */
    async split() {
        await this.answered;
        if (!this.hasRest) {
            return this.nothingLeft();
        }
        const left = this.result.rest;
        const kind = this.choice.parts.length ? this.choice.parts[0].kind : "other";
        const half = Math.round((left / 2) * 100) / 100;
        this.choice.rule = false;
        this.choice.parts = [this.newPart(kind, { amount: half }), this.newPart("other")];
        return this.refresh();
    }

    changePart(part, values) {
        if (values.kind) {
            const known = this.line.accounts[values.kind];
            values.account_id = (known && known.id) || false;
        }
        Object.assign(part, values);
        return this.refresh();
    }

    removePart(part) {
        this.choice.parts = this.choice.parts.filter((other) => other !== part);
        return this.refresh();
    }

    applyRule(id) {
        this.chosen = false;
        this.choice.documents = [];
        this.choice.parts = [];
        this.choice.rule = id;
        return this.refresh();
    }
}
