import django.db.models.deletion
import pgtrigger.compiler
import procurement.guarded
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_initial'),
    ]

    operations = [
        procurement.guarded.GuardedModel(
            name='Document',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject_type', models.CharField(max_length=64, verbose_name='所属事项类型')),
                ('subject_id', models.UUIDField(verbose_name='所属事项')),
                ('case_id', models.UUIDField(blank=True, db_index=True, null=True, verbose_name='案件')),
                ('kind', models.CharField(max_length=64, verbose_name='种类')),
                ('title', models.CharField(max_length=200, verbose_name='名称')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='SHA-256')),
                ('received_sha256', models.CharField(db_index=True, max_length=64, verbose_name='原文件 SHA-256')),
                ('size', models.PositiveBigIntegerField(verbose_name='大小（字节）')),
                ('media_type', models.CharField(max_length=100, verbose_name='类型')),
                ('page_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='页数')),
                ('original_name', models.CharField(max_length=255, verbose_name='原文件名')),
                ('stored_path', models.CharField(max_length=200)),
                ('organization_id', models.UUIDField(blank=True, null=True, verbose_name='提交单位')),
                ('is_public', models.BooleanField(default=False, verbose_name='公开')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='提交时间')),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='documents.document', verbose_name='替换的版本')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to=settings.AUTH_USER_MODEL, verbose_name='提交人')),
            ],
            options={
                'verbose_name': '文件',
                'verbose_name_plural': '文件',
                'ordering': ['created_at', 'id'],
                'get_latest_by': 'created_at',
                'indexes': [models.Index(fields=['subject_type', 'subject_id', 'kind'], name='document_by_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('supersedes', None), ('version', 1)), models.Q(('supersedes__isnull', False), ('version__gt', 1)), _connector='OR'), name='document_version_follows_another', violation_error_message='第一版之外的文件必须注明替换哪一版。'), models.CheckConstraint(condition=models.Q(('supersedes', models.F('id')), _negated=True), name='document_not_its_own_successor'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='document_sha256_is_hex'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='document_not_empty')],
                'triggers': [pgtrigger.compiler.Trigger(name='document_content_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."subject_type" IS DISTINCT FROM (NEW."subject_type") OR OLD."subject_id" IS DISTINCT FROM (NEW."subject_id") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."supersedes_id" IS DISTINCT FROM (NEW."supersedes_id") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."received_sha256" IS DISTINCT FROM (NEW."received_sha256") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."media_type" IS DISTINCT FROM (NEW."media_type") OR OLD."page_count" IS DISTINCT FROM (NEW."page_count") OR OLD."original_name" IS DISTINCT FROM (NEW."original_name") OR OLD."stored_path" IS DISTINCT FROM (NEW."stored_path") OR OLD."uploaded_by_id" IS DISTINCT FROM (NEW."uploaded_by_id") OR OLD."organization_id" IS DISTINCT FROM (NEW."organization_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a42551348d614d2abff4217d2b97b8a922ba98f2', operation='UPDATE', pgid='pgtrigger_document_content_is_kept_198f2', table='documents_document', when='BEFORE')), pgtrigger.compiler.Trigger(name='document_is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='913db9fbb072eb9e1c041b1a29efcf1ca4eafdce', operation='DELETE', pgid='pgtrigger_document_is_kept_1ecdb', table='documents_document', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=64, verbose_name='种类')),
                ('case_id', models.UUIDField(blank=True, db_index=True, null=True, verbose_name='案件')),
                ('params', models.JSONField(blank=True, default=dict, verbose_name='参数')),
                ('fingerprint', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('queued', '排队中'), ('running', '进行中'), ('done', '已完成'), ('failed', '未完成'), ('cancelled', '已取消')], default='queued', max_length=16, verbose_name='状态')),
                ('percent', models.PositiveSmallIntegerField(default=0, verbose_name='进度')),
                ('step', models.CharField(blank=True, max_length=200, verbose_name='当前步骤')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='次数')),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='原因')),
                ('requested_at', models.DateTimeField(verbose_name='申请时间')),
                ('queued_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='开始时间')),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                ('result', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='documents.document', verbose_name='结果')),
            ],
            options={
                'verbose_name': '后台任务',
                'verbose_name_plural': '后台任务',
                'ordering': ['-requested_at', 'id'],
                'indexes': [models.Index(fields=['requested_by', '-requested_at'], name='job_by_requester'), models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['state'], name='job_active')],
                'constraints': [models.CheckConstraint(condition=models.Q(('percent__lte', 100)), name='job_percent_at_most_100'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('percent', 100), _connector='OR'), name='job_done_is_complete'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(('error', ''), _negated=True), _connector='OR'), name='job_failure_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('state__in', ['queued', 'running'])), models.Q(('finished_at__isnull', False), ('state__in', ['done', 'failed', 'cancelled'])), _connector='OR'), name='job_finished_has_time'), models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'running'])), fields=('kind', 'requested_by', 'fingerprint'), name='job_same_work_once_at_a_time')],
            },
        ),
    ]
