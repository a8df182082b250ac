import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { FigureChart } from "../figure_chart/figure_chart";

/** A figure: its value, what it was before, its formula when asked for, a chart and a table. */
export class FigureTile extends Component {
    static template = "open_banking_recon.FigureTile";
    static components = { FigureChart };
    static props = { figure: Object, format: Function, onOpen: Function };

    setup() {
        this.state = useState({ explained: false });
    }

    get figure() {
        return this.props.figure;
    }

    get formulaId() {
        return `o_value_formula_${this.figure.key}`;
    }

    /** Classes of a tile that takes the room of two: side by side for a wide table, else one above the
     * other, so that its neighbours do not stand in a void. */
    get room() {
        const { table, chart } = this.figure;
        if (!table?.rows.length) {
            return "";
        }
        if (table.columns.length > 2) {
            return "o_value_wide";
        }
        return chart || table.rows.length > 4 ? "o_value_tall" : "";
    }

    get value() {
        return this.props.format(this.figure.value, this.figure.unit);
    }

    get before() {
        return _t("before: %(value)s", {
            value: this.props.format(this.figure.base, this.figure.unit),
        });
    }

    get chartSummary() {
        const { labels, series, unit } = this.figure.chart;
        const points = series[0].data
            .map((value, at) => `${labels[at]} ${this.props.format(value, unit)}`)
            .join(", ");
        return `${series[0].label}: ${points}`;
    }

    toggle() {
        this.state.explained = !this.state.explained;
    }
}
