import { Component, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { cookie } from "@web/core/browser/cookie";
import { getCustomColor } from "@web/core/colors/colors";

/** One or more series over time. The bundle of Chart.js is loaded by the page. */
export class FigureChart extends Component {
    static template = "open_banking_recon.FigureChart";
    static props = { chart: Object, format: Function, summary: String };

    setup() {
        this.canvas = useRef("canvas");
        useEffect(
            () => {
                this.drawn?.destroy();
                this.drawn = new Chart(this.canvas.el, this.config());
            },
            () => [this.props.chart]
        );
        onWillUnmount(() => this.drawn?.destroy());
    }

    config() {
        const { chart, format } = this.props;
        const scheme = cookie.get("color_scheme");
        const text = getCustomColor(scheme, "#374151", "#E4E4E4");
        const grid = getCustomColor(scheme, "#d8dadd", "#3C3E4B");
        const line = getCustomColor(scheme, "#1f5f8b", "#7cc0ee");
        return {
            type: chart.type,
            data: {
                labels: chart.labels,
                datasets: chart.series.map((series) => ({
                    ...series,
                    borderColor: line,
                    backgroundColor: line,
                    borderWidth: 2,
                    pointRadius: 2,
                    tension: 0.2,
                    maxBarThickness: 28,
                })),
            },
            options: {
                maintainAspectRatio: false,
                animation: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: { display: false },
                    tooltip: {
                        callbacks: {
                            label: (item) => `${item.dataset.label}: ${format(item.raw, chart.unit)}`,
                        },
                    },
                },
                scales: {
                    x: { grid: { display: false }, ticks: { color: text, maxTicksLimit: 6 } },
                    y: {
                        beginAtZero: chart.unit !== "money",
                        grid: { color: grid },
                        ticks: {
                            color: text,
                            maxTicksLimit: 5,
                            callback: (value) => format(value, chart.unit),
                        },
                    },
                },
            },
        };
    }
}
