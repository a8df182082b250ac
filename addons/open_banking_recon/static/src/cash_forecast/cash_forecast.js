import { Component, onWillStart, useState } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { parseMonetary } from "@web/views/fields/parsers";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CashChart } from "./cash_chart/cash_chart";

const MODEL = "recon.cash.forecast";

/** The balance of the next 13 weeks as a chart and a table; each cell opens what stands behind it. */
export class CashForecast extends Component {
    static template = "open_banking_recon.CashForecast";
    static components = { CashChart, Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({ page: null, editing: false });
        onWillStart(() => this.load());
    }

    async load() {
        this.state.page = await this.orm.call(MODEL, "get_page", []);
    }

    get page() {
        return this.state.page;
    }

    get isEmpty() {
        return !this.page.rows.length && !this.page.opening;
    }

    money(amount, currencyId = this.page.currency_id) {
        return formatCurrency(amount, currencyId);
    }

    /** Without the cents: a forecast is not that exact, and 13 weeks have to fit on a screen. */
    round(amount) {
        return formatCurrency(amount, this.page.currency_id, { digits: [69, 0], noSymbol: true });
    }

    get lowest() {
        return this.page.weeks[this.page.lowest];
    }

    /** {text, level} of the sentence that matters most. */
    get warning() {
        const { below, at_risk, minimum, weeks } = this.page;
        const values = { minimum: this.money(minimum) };
        if (below !== null) {
            values.week = weeks[below].label;
            values.closing = this.money(weeks[below].closing);
            return {
                level: "danger",
                text: _t(
                    "In the week of %(week)s the balance falls to %(closing)s, below the minimum of %(minimum)s.",
                    values
                ),
            };
        }
        if (at_risk !== null) {
            values.week = weeks[at_risk].label;
            values.low = this.money(weeks[at_risk].low);
            return {
                level: "warning",
                text: _t(
                    "If payments go badly, the balance falls to %(low)s in the week of %(week)s, below the minimum of %(minimum)s.",
                    values
                ),
            };
        }
        return null;
    }

    get chartSummary() {
        return _t(
            "Bank balance of 13 weeks: %(opening)s today, lowest %(lowest)s in the week of %(week)s, %(closing)s at the end. The table below has all figures.",
            {
                opening: this.money(this.page.opening),
                lowest: this.money(this.lowest.closing),
                week: this.lowest.label,
                closing: this.money(this.page.weeks.at(-1).closing),
            }
        );
    }

    isShort(week) {
        return week.closing < this.page.minimum;
    }

    async openCell(row, number) {
        this.action.doAction(
            await this.orm.call(MODEL, "open_cell", [row.kind, row.is_in, number])
        );
    }

    async openLines(row) {
        this.action.doAction(await this.orm.call(MODEL, "open_lines", [row.line_ids]));
    }

    async saveMinimum(ev) {
        const text = ev.target.elements.minimum.value;
        let amount;
        try {
            amount = parseMonetary(text || "0");
        } catch {
            this.notification.add(_t("“%(text)s” is not an amount.", { text }), { type: "danger" });
            return;
        }
        await this.orm.call(MODEL, "set_minimum", [amount]);
        this.state.editing = false;
        await this.load();
    }

    connectBank() {
        this.action.doAction("open_banking_recon.open_banking_consent_action");
    }
}

registry.category("actions").add("open_banking_recon.cash_forecast", CashForecast);
