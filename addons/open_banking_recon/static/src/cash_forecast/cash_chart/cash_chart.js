import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getCustomColor, hexToRGBA } from "@web/core/colors/colors";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";

/** Money in and out of each week as bars, the closing balance as a line in its band. */
export class CashChart extends Component {
    static template = "open_banking_recon.CashChart";
    static props = {
        weeks: Array,
        minimum: Number,
        currencyId: Number,
        summary: String,
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.chart?.destroy();
                this.chart = new Chart(this.canvas.el, this.config());
            },
            () => [this.props.weeks, this.props.minimum]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    config() {
        const scheme = cookie.get("color_scheme");
        const color = (bright, dark) => getCustomColor(scheme, bright, dark);
        const text = color("#374151", "#E4E4E4");
        const grid = color("#d8dadd", "#3C3E4B");
        const format = (value) => formatCurrency(value, this.props.currencyId, { digits: [69, 0] });
        return {
            data: { labels: this.props.weeks.map((week) => week.label), datasets: this.datasets(color) },
            options: {
                maintainAspectRatio: false,
                animation: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: {
                        position: "bottom",
                        labels: {
                            color: text,
                            boxWidth: 12,
                            filter: (item, data) => !data.datasets[item.datasetIndex].isBand,
                        },
                    },
                    tooltip: {
                        callbacks: {
                            title: ([item]) => this.props.weeks[item.dataIndex].title,
                            label: (item) => `${item.dataset.label}: ${format(item.raw)}`,
                        },
                    },
                },
                scales: {
                    x: { stacked: true, grid: { display: false }, ticks: { color: text } },
                    y: {
                        grid: { color: grid },
                        ticks: { color: text, callback: (value) => format(value), maxTicksLimit: 7 },
                    },
                },
            },
        };
    }

    datasets(color) {
        const weeks = this.props.weeks;
        const balance = color("#1f5f8b", "#7cc0ee");
        const line = { type: "line", pointRadius: 0, borderWidth: 1, tension: 0.2 };
        const band = { ...line, borderColor: hexToRGBA(balance, 0.25), isBand: true };
        const datasets = [
            {
                ...line,
                label: _t("Closing balance"),
                data: weeks.map((week) => week.closing),
                borderColor: balance,
                backgroundColor: balance,
                borderWidth: 3,
                pointRadius: 3,
            },
            { ...band, label: _t("If payments go well"), data: weeks.map((week) => week.high) },
            {
                ...band,
                label: _t("If payments go badly"),
                data: weeks.map((week) => week.low),
                fill: "-1",
                backgroundColor: hexToRGBA(balance, 0.12),
            },
            this.bars(_t("Comes in"), "in", color("#2e8b57", "#5fc08a")),
            this.bars(_t("Goes out"), "out", color("#c2553f", "#e58a76")),
        ];
        if (this.props.minimum) {
            datasets.push({
                ...line,
                label: _t("Minimum"),
                data: weeks.map(() => this.props.minimum),
                borderColor: color("#b45309", "#fbbf24"),
                backgroundColor: color("#b45309", "#fbbf24"),
                borderDash: [6, 4],
                borderWidth: 2,
            });
        }
        return datasets;
    }

    bars(label, name, backgroundColor) {
        return {
            type: "bar",
            label,
            data: this.props.weeks.map((week) => week[name]),
            backgroundColor,
            maxBarThickness: 28,
        };
    }
}
