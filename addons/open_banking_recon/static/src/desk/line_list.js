import { formatCurrency } from "@web/core/currency";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { useVirtualGrid } from "@web/core/virtual_grid_hook";
import { Component, onWillRender, useEffect, useRef, useState } from "@odoo/owl";

export const ROW_HEIGHT = 64;

/** The lines to do: only the rows in sight are drawn, however many there are. */
export class LineList extends Component {
    static template = "open_banking_recon.LineList";
    static props = { store: Object, onSelect: Function };

    setup() {
        this.store = useState(this.props.store);
        this.scroller = useRef("scroller");
        this.grid = useVirtualGrid({
            scrollableRef: this.scroller,
            bufferCoef: 0.5,
            onChange: () => {
                this.fetchVisible();
                this.render();
            },
        });
        onWillRender(() => {
            if (this.count !== this.store.ids.length) {
                this.count = this.store.ids.length;
                this.grid.setRowsHeights(Array(this.count).fill(ROW_HEIGHT));
            }
        });
        useEffect(
            () => this.scrollToCurrent(),
            () => [this.store.currentId]
        );
        useEffect(
            () => {
                this.fetchVisible();
            },
            () => [this.store.ids.length]
        );
    }

    get visible() {
        const [first, last] = this.grid.rowsIndexes || [];
        if (first === undefined) {
            return [];
        }
        return this.store.ids.slice(first, last + 1).map((id, index) => ({
            id,
            top: (first + index) * ROW_HEIGHT,
            position: first + index + 1,
            row: this.store.rows[id],
        }));
    }

    get height() {
        return this.store.ids.length * ROW_HEIGHT;
    }

    fetchVisible() {
        const [first, last] = this.grid.rowsIndexes || [];
        if (first !== undefined) {
            this.store.fetchRows(first, last);
        }
    }

    scrollToCurrent() {
        const box = this.scroller.el;
        const top = this.store.position * ROW_HEIGHT;
        if (!box || this.store.position < 0) {
            return;
        }
        if (top < box.scrollTop) {
            box.scrollTop = top;
        } else if (top + ROW_HEIGHT > box.scrollTop + box.clientHeight) {
            box.scrollTop = top + ROW_HEIGHT - box.clientHeight;
        }
    }

    money(row) {
        return formatCurrency(row.amount, row.currency_id);
    }

    day(text) {
        return formatDate(deserializeDate(text));
    }

    percent(probability) {
        return `${Math.floor(probability * 100)} %`;
    }
}
