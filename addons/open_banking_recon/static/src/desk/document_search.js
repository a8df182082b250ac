import { formatCurrency } from "@web/core/currency";
import { Dialog } from "@web/core/dialog/dialog";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Component, onWillStart, useState } from "@odoo/owl";

/** Choosing other documents: by number, reference, name or amount; the nearest in amount first. */
export class DocumentSearch extends Component {
    static template = "open_banking_recon.DocumentSearch";
    static components = { Dialog };
    static props = { close: Function, store: Object };

    setup() {
        this.orm = useService("orm");
        this.store = useState(this.props.store);
        const partner = this.store.line.partner;
        this.state = useState({
            search: "",
            partner,
            ofPartner: Boolean(partner),
            documents: [],
            hasMore: false,
            active: 0,
        });
        useAutofocus({ refName: "search" });
        this.searchSoon = useDebounced(() => this.load(), 150);
        onWillStart(() => this.load());
    }

    async load(offset = 0) {
        const turn = (this.turn = (this.turn || 0) + 1);
        const found = await this.orm.silent.call("recon.desk", "documents", [
            this.store.currentId,
            this.state.search,
            this.state.ofPartner && this.state.partner.id,
            offset,
        ]);
        if (turn !== this.turn) {
            return; // a newer search is under way
        }
        const before = offset ? this.state.documents : [];
        this.state.documents = [...before, ...found.documents];
        this.state.hasMore = found.has_more;
        this.state.active = offset ? this.state.active : 0;
    }

    onInput(ev) {
        this.state.search = ev.target.value;
        this.searchSoon();
    }

    togglePartner() {
        this.state.ofPartner = !this.state.ofPartner;
        this.load();
    }

    isChosen(item) {
        return this.store.choice.documents.some((known) => known.id === item.id);
    }

    toggle(item) {
        if (this.isChosen(item)) {
            this.store.removeDocument(item.id);
        } else {
            this.store.addDocument(item);
        }
    }

    onKeydown(ev) {
        const steps = { ArrowDown: 1, ArrowUp: -1 };
        if (ev.ctrlKey && ev.key === "Enter") {
            this.props.close();
        } else if (ev.key === "Enter" && this.state.documents[this.state.active]) {
            this.toggle(this.state.documents[this.state.active]);
        } else if (steps[ev.key]) {
            const last = this.state.documents.length - 1;
            const wanted = this.state.active + steps[ev.key];
            this.state.active = Math.max(0, Math.min(last, wanted));
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    money(amount, currencyId) {
        return formatCurrency(amount, currencyId);
    }

    day(text) {
        return text ? formatDate(deserializeDate(text)) : "";
    }
}
