import { formatCurrency } from "@web/core/currency";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { parseFloat } from "@web/views/fields/parsers";
import { formatFloat } from "@web/core/utils/numbers";
import { Component, useEffect, useRef, useState } from "@odoo/owl";

import { WRITE_OFFS } from "./choice_store";
import { BillUpload } from "../documents/bill_upload";
import { OwnInput } from "./own_input";

const DATES = /^\d{4}-\d{2}-\d{2}$/;

/** The chosen line: what the bank said, the proposals, what becomes of the rest, the entry. */
export class LinePanel extends Component {
    static template = "open_banking_recon.LinePanel";
    static components = { BillUpload, OwnInput, RecordSelector };
    static props = { store: Object, onAction: Function };

    setup() {
        this.store = useState(this.props.store);
        const reason = useRef("reason");
        useEffect(
            (asked) => asked && reason.el && reason.el.focus(),
            () => [this.store.reasonAsked]
        );
        this.kinds = [
            ["account", _t("On the partner's account")],
            ["fee", _t("Fee")],
            ["discount", _t("Discount")],
            ["rounding", _t("Rounding")],
            ["exchange", _t("Exchange difference")],
            ["other", _t("Other account")],
        ];
        this.forText = _t("speaks for it");
        this.againstText = _t("speaks against it");
    }

    get holderText() {
        return _t("%s is working on this line.", this.store.holder);
    }

    get requestText() {
        return _t("%s asked for an approval.", this.line.request.who);
    }

    get ruleText() {
        return _t("Rule: %s", this.rule.name);
    }

    dueText(item) {
        return _t("due on %s", this.day(item.due));
    }

    openText(item) {
        return _t("%s open", this.money(Math.abs(item.residual), item.currency_id));
    }

    amountLabel(item) {
        return _t("Amount paid of %s", item.name);
    }

    get line() {
        return this.store.line;
    }

    get proposals() {
        return this.line.proposals;
    }

    get rule() {
        return this.store.choice.rule && this.store.result.rule;
    }

    isWriteOff(part) {
        return WRITE_OFFS.includes(part.kind);
    }

    get companyDomain() {
        return [["company_ids", "in", [this.line.company_id]]];
    }

    money(amount, currencyId = this.line.currency_id) {
        return formatCurrency(amount, currencyId);
    }

    number(amount) {
        return amount === false ? "" : formatFloat(amount, { digits: [16, 2] });
    }

    day(text) {
        return text ? formatDate(deserializeDate(text)) : "";
    }

    fact(value) {
        return DATES.test(value) ? this.day(value) : value;
    }

    percent(probability) {
        return `${Math.floor(probability * 100)} %`;
    }

    /** After a click the keys belong to the workplace again. */
    press(ev, action, ...args) {
        if (ev.detail) {
            ev.currentTarget.blur();
        }
        this.props.onAction(action, ...args);
    }

    typed(ev, previous) {
        try {
            return parseFloat(ev.target.value);
        } catch {
            ev.target.value = this.number(previous);
            return previous;
        }
    }

    onDocumentAmount(ev, item) {
        this.store.setAmount(item.id, Math.abs(this.typed(ev, item.amount)));
    }

    onPartAmount(ev, part) {
        const amount = ev.target.value.trim() ? this.typed(ev, part.amount) : false;
        this.store.changePart(part, { amount });
    }
}
