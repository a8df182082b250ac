import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";

import { useService } from "@web/core/utils/hooks";

const EVERY_MS = 3000;

/** "3 of 12 read" while documents wait; asks the server every few seconds, and only then. */
export class ReadingProgress extends Component {
    static template = "open_banking_recon.ReadingProgress";
    static props = { onChange: Function };

    setup() {
        this.orm = useService("orm");
        this.progress = useState({ waiting: 0, read: 0, total: 0 });
        this.isHere = true;
        onMounted(() => this.look());
        onWillUnmount(() => {
            this.isHere = false;
            clearTimeout(this.timer);
        });
    }

    async look() {
        const before = this.progress.read + this.progress.total;
        let now = this.progress;
        if (!document.hidden) {
            now = await this.orm.silent.call("recon.document", "reading_progress", []);
        }
        if (!this.isHere) {
            return;
        }
        const isFirst = !before;
        Object.assign(this.progress, now);
        if (!isFirst && before !== now.read + now.total) {
            await this.props.onChange();
        }
        if (this.isHere && now.waiting) {
            this.timer = setTimeout(() => this.look(), EVERY_MS);
        }
    }
}
