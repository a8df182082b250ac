import { FileUploadListController } from "@account/views/file_upload_list/file_upload_list_controller";
import { FileUploadListRenderer } from "@account/views/file_upload_list/file_upload_list_renderer";
import { fileUploadListView } from "@account/views/file_upload_list/file_upload_list_view";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

import { ReadingProgress } from "./reading_progress";

class DocumentListController extends FileUploadListController {
    /** What Odoo's template of the button asks. */
    get hideUploadButton() {
        return !this.activeActions.create;
    }
}

/** The list of documents: files are dropped on it, and it says how far their reading is. */
class DocumentListRenderer extends FileUploadListRenderer {
    static template = "open_banking_recon.DocumentListRenderer";
    static components = { ...FileUploadListRenderer.components, ReadingProgress };

    setup() {
        super.setup();
        this.dropZoneTitle = _t("Drop bills and delivery notes here. They are read one by one.");
    }

    async onReadingProgress() {
        // not under the hands of somebody who edits a row
        if (!this.props.list.editedRecord) {
            await this.props.list.load();
        }
    }
}

registry.category("views").add("recon_document_list", {
    ...fileUploadListView,
    Controller: DocumentListController,
    Renderer: DocumentListRenderer,
});
