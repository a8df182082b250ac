import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Layout } from "@web/search/layout";
import { Component, onWillStart, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { WRITE_OFFS } from "./choice_store";
import { DeskStore } from "./desk_store";
import { BulkDialog, DiscussionDialog, KeysDialog, PickDialog, PostponeDialog } from "./dialogs";
import { DocumentSearch } from "./document_search";
import { actionOf } from "./keys";
import { LineList } from "./line_list";
import { LinePanel } from "./line_panel";

const PULSE = 60_000; // ms; a claim lasts three minutes

/** The workplace: the lines to do on the left, the chosen one on the right, a key for everything. */
export class ReconDesk extends Component {
    static template = "open_banking_recon.ReconDesk";
    static components = { Layout, LineList, LinePanel };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.orm = useService("orm");
        this.store = useState(new DeskStore(this.orm));
        this.search = useRef("search");
        this.state = useState({ isOpen: false }); // on a phone: the line covers the list
        const params = this.props.action.params || {};
        if (params.journal_id) {
            this.store.filters.journal_id = params.journal_id;
        }
        this.searchSoon = useDebounced(() => this.store.load(), 250);
        useExternalListener(window, "keydown", this.onKeydown);
        onWillStart(async () => {
            await this.store.load(params.exception_id || false);
            this.state.isOpen = Boolean(params.exception_id);
        });
        this.claiming = setInterval(() => this.stayAwake(), PULSE);
        onWillUnmount(() => {
            clearInterval(this.claiming);
            this.store.leave();
        });
        this.orders = [
            ["newest", _t("Newest first")],
            ["oldest", _t("Oldest first")],
            ["amount", _t("Largest amount")],
            ["probability", _t("Most probable")],
            ["reason", _t("By reason")],
        ];
    }

    stayAwake() {
        if (document.visibilityState !== "visible") {
            return;
        }
        if (this.store.currentId) {
            this.store.claim(this.store.currentId);
        }
        this.store.pulse();
    }

    get reasons() {
        return Object.entries(this.store.reasons).filter(([, count]) => count > 0);
    }

    get countText() {
        return _t("%(shown)s of %(total)s lines to do", {
            shown: this.store.ids.length,
            total: this.store.total,
        });
    }

    get hasFilters() {
        return Object.values(this.store.filters).some(Boolean);
    }

    setFilter(name, value) {
        this.store.filters[name] = value || false;
        return this.store.load();
    }

    clearFilters() {
        for (const name of Object.keys(this.store.filters)) {
            this.store.filters[name] = name === "search" ? "" : false;
        }
        return this.store.load();
    }

    setOrder(order) {
        this.store.order = order;
        return this.store.load();
    }

    onSearch(ev) {
        this.store.filters.search = ev.target.value.trim();
        this.searchSoon();
    }

    async onSelect(id) {
        this.state.isOpen = true;
        await this.store.select(id);
    }

    onKeydown(ev) {
        const action = actionOf(ev);
        if (action) {
            ev.preventDefault();
            this.run(action, Number(ev.key) - 1);
        }
    }

    /** Do what a key or a button asks for. */
    run(name, argument) {
        const { store } = this;
        if (WRITE_OFFS.includes(name) || name === "account") {
            return store.line && store.canWrite && store.addPart(name);
        }
        const always = {
            next: () => store.step(1),
            previous: () => store.step(-1),
            find: () => this.search.el.focus(),
            help: () => this.dialog.add(KeysDialog),
            undo: () => store.undo(),
            bulk: () => this.openBulk(),
        };
        const onLine = {
            accept: () => store.accept(),
            proposal: () => store.useProposal(argument),
            payPart: () => store.payPart(),
            split: () => store.split(),
            search: () => this.dialog.add(DocumentSearch, { store }),
            partner: () => this.pickPartner(),
            rule: () => this.pickRule(),
            assign: () => this.pickColleague(),
            postpone: () => this.dialog.add(PostponeDialog, { onPick: (day) => store.postpone(day) }),
            discussion: () => this.openDiscussion(),
            lookAgain: () => store.lookAgain(),
            makeRule: () => this.makeRule(argument),
            openBill: () => this.openBill(),
            openRequest: () => this.openForm("recon.write.off.request", store.line.request.id),
        };
        if (always[name]) {
            return always[name]();
        }
        return store.line && store.choice && onLine[name]();
    }

    pick(title, resModel, domain, onPick, noneLabel) {
        if (this.store.canWrite) {
            this.dialog.add(PickDialog, { title, resModel, domain, onPick, noneLabel });
        }
    }

    pickPartner() {
        this.pick(_t("Partner of this line"), "res.partner", [["parent_id", "=", false]], (id) =>
            this.store.setPartner(id)
        );
    }

    pickRule() {
        const { line } = this.store;
        if (line.rules.length === 1) {
            return this.store.applyRule(line.rules[0].id);
        }
        const domain = [["company_id", "=", line.company_id]];
        this.pick(_t("Apply a rule"), "account.reconcile.model", domain, (id) =>
            this.store.applyRule(id)
        );
    }

    pickColleague() {
        const domain = [
            ["share", "=", false],
            ["company_ids", "in", [this.store.line.company_id]],
        ];
        const onPick = (id) => this.store.assign(id);
        this.pick(_t("Give to a colleague"), "res.users", domain, onPick, _t("To nobody"));
    }

    openDiscussion() {
        const { line } = this.store;
        this.dialog.add(DiscussionDialog, { threadId: line.id, title: line.text });
    }

    openBulk() {
        if (this.store.canWrite) {
            this.dialog.add(BulkDialog, { store: this.store, onDone: () => this.store.load() });
        }
    }

    openBill() {
        const { model, id } = this.store.line.bill;
        return this.openForm(model, id);
    }

    openForm(model, id) {
        const views = [[false, "form"]];
        return this.action.doAction({ type: "ir.actions.act_window", res_model: model, res_id: id, views });
    }

    async makeRule(id) {
        const action = await this.orm.call("recon.rule.suggestion", "action_make_rule", [[id]]);
        await this.action.doAction(action);
    }
}

registry.category("actions").add("open_banking_recon.desk", ReconDesk);
