import { useDropzone } from "@web/core/dropzone/dropzone_hook";
import { useFileUploader } from "@web/core/utils/files";
import { registry } from "@web/core/registry";
import {
    Many2ManyBinaryField,
    many2ManyBinaryField,
} from "@web/views/fields/many2many_binary/many2many_binary_field";

import { useRef } from "@odoo/owl";

/** Odoo's field for attachments, onto which files can also be dropped. */
export class StatementFilesField extends Many2ManyBinaryField {
    static template = "open_banking_recon.StatementFilesField";

    setup() {
        super.setup();
        this.upload = useFileUploader();
        useDropzone(
            useRef("root"),
            (ev) => this.onDrop(ev),
            "",
            () => !this.props.readonly,
        );
    }

    async onDrop(ev) {
        const uploaded = await this.upload("/web/binary/upload_attachment", {
            csrf_token: odoo.csrf_token,
            ufile: [...ev.dataTransfer.files],
            model: this.props.record.resModel,
            id: this.props.record.resId || 0,
        });
        if (uploaded) {
            await this.onFileUploaded(uploaded);
        }
    }
}

registry.category("fields").add("open_banking_statement_files", {
    ...many2ManyBinaryField,
    component: StatementFilesField,
});
