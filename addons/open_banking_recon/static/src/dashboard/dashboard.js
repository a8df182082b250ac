import { Component, onWillStart, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { redirect, url } from "@web/core/utils/urls";
import { formatFloat, formatInteger, formatPercentage } from "@web/views/fields/formatters";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { FigureTile } from "./figure_tile/figure_tile";

const MODEL = "recon.dashboard";
const KINDS = { month: _t("This month"), quarter: _t("This quarter"), year: _t("12 months"), own: _t("Own dates") };

/** What the automation is worth and how the money stands, for a period and the chosen companies. */
export class Dashboard extends Component {
    static template = "open_banking_recon.Dashboard";
    static components = { FigureTile, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.kinds = Object.entries(KINDS).map(([name, label]) => ({ name, label }));
        const kept = this.props.state?.period;
        this.state = useState({
            page: null,
            period: kept || { kind: "year", first: false, last: false },
            choosing: kept?.kind === "own",
        });
        // of two periods that were chosen quickly the second is shown, whichever answer comes first
        this.keepLast = new KeepLast();
        useSetupAction({ getLocalState: () => ({ period: { ...this.state.period } }) });
        this.format = this.format.bind(this);
        this.open = this.open.bind(this);
        onWillStart(() => Promise.all([loadBundle("web.chartjs_lib"), this.load()]));
    }

    get page() {
        return this.state.page;
    }

    get period() {
        const { kind, first, last } = this.state.period;
        return [kind, first, last];
    }

    async load() {
        this.state.page = await this.keepLast.add(this.orm.call(MODEL, "get_page", this.period));
    }

    /** ``value`` with its unit; null is what cannot be told. */
    format(value, unit) {
        if (value === null || value === undefined) {
            return "–";
        }
        const formats = {
            money: () =>
                formatCurrency(value, this.page.currency_id, { digits: Math.abs(value) < 100 ? undefined : [69, 0] }),
            percent: () => formatPercentage(value, { digits: [69, 1] }),
            hours: () => _t("%s h", formatFloat(value, { digits: [69, 1] })),
            days: () => _t("%s days", formatFloat(value, { digits: [69, 1] })),
            months: () => _t("%s months", formatFloat(value, { digits: [69, 1] })),
            count: () => formatInteger(value),
        };
        return formats[unit]();
    }

    async choose(kind) {
        this.state.choosing = kind === "own";
        if (kind !== "own") {
            this.state.period = { kind, first: false, last: false };
            await this.load();
        }
    }

    isChosen(kind) {
        return this.state.choosing ? kind === "own" : kind === this.state.period.kind;
    }

    async chooseDates(ev) {
        const { first, last } = ev.target.elements;
        this.state.period = { kind: "own", first: first.value, last: last.value };
        await this.load();
    }

    async open(key, part) {
        const action = await this.orm.call(MODEL, "open_records", [key, part, ...this.period]);
        await this.action.doAction(action, { onClose: () => this.load() });
    }

    async openCosts() {
        await this.action.doAction("open_banking_recon.recon_value_costs_action", {
            onClose: () => this.load(),
        });
    }

    exportSheet() {
        const [kind, first, last] = this.period;
        const companies = user.context.allowed_company_ids.join(",");
        const params = { kind, first: first || "", last: last || "", companies };
        redirect(url("/open_banking_recon/figures.xlsx", params));
    }

    async exportPaper() {
        await this.action.doAction(await this.orm.call(MODEL, "print_page", this.period));
    }
}

registry.category("actions").add("open_banking_recon.dashboard", Dashboard);
