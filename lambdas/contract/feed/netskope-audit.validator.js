// Generated from netskope-audit.schema.json by `npm run generate`. Do not edit.
"use strict";
module.exports = validate10;
module.exports.default = validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","$id":"Netskope.Audit","title":"AuditEvent","description":"One admin audit event of a Netskope tenant, as the dataexport iterator delivers it. Fields that are not listed are kept.","type":"object","required":["timestamp","type","user","audit_log_event","supporting_data","_id"],"properties":{"timestamp":{"description":"When the event occurred, unix seconds.","logType":"timestamp","timeFormat":"unix","isEventTime":true,"type":"integer","minimum":946684800,"maximum":4102444799,"onDeviation":"quarantine"},"type":{"description":"The kind of event; admin_audit_logs in every sample seen.","logType":"string","type":"string"},"user":{"description":"The admin or service account that acted: an e-mail address, a bare name, or empty.","logType":"string","type":"string","indicators":["email","username"],"deviations":[{"seen":"missing","evidence":"never; it says no less than null, which parser samples have: the event is kept, and nobody is named"}]},"is_netskope_personnel":{"description":"Whether the actor is Netskope staff.","logType":"boolean","type":"boolean"},"severity_level":{"description":"Severity of the event: 1 = high, 2 = medium, 3 = low, as Sekoia maps them; 1 and 2 in the samples seen.","logType":"int","type":"integer","deviations":[{"seen":"string","evidence":"Netskope's published event schema declares it a String; samples passed on by Cloud Exchange carry \"2\""}]},"audit_log_event":{"description":"What was done, in words, such as \"Login Successful\". An open set.","logType":"string","type":"string"},"supporting_data":{"description":"Details by kind of event: data_type names the kind, data_values lists the values.","logType":"json","nestedIndicators":[{"key":"data_values","indicator":"username","where":{"key":"data_type","isOneOf":["user","admin"]}},{"key":"data_values","indicator":"hostname","where":{"key":"data_type","isOneOf":["hostname"]}}],"type":"object","properties":{"data_type":{"type":"string","deviations":[{"seen":"null","evidence":"\"Events were cleared\" in Sekoia's fixtures"}]},"data_values":{"type":"array","deviations":[{"seen":"string","evidence":"\"Client Disable Request Submitted\" in the Cortex collector's README"}]}},"deviations":[{"seen":"missing","evidence":"\"Deleted rbi template\" in Panther's rule tests"},{"seen":"string","evidence":"Elastic's tests carry it as text, after Cloud Exchange"}]},"organization_unit":{"description":"Organizational unit of the user.","logType":"string","type":"string"},"ur_normalized":{"description":"The user in lower case.","logType":"string","type":"string","alsoHolds":["email","username"]},"count":{"description":"How many occurrences the event stands for.","logType":"int","type":"integer"},"_insertion_epoch_timestamp":{"description":"When Netskope stored the event, unix seconds.","logType":"int","type":"integer"},"_id":{"description":"Netskope's id of the event.","logType":"string","type":"string","pattern":"\\S","onDeviation":"quarantine"},"details":{"description":"Change records: what was modified, and its value before and after.","logType":"json","holdsChanges":true,"nestedIndicators":[{"key":"last_modified_by","indicator":"username"}],"type":"array","deviations":[{"seen":"object","evidence":"producers disagree, according to a Netskope employee's public schema proposal"},{"seen":"string","evidence":"the same proposal: one producer writes a flat string"}]},"record_type":{"description":"Netskope's own name for the kind of record; audit, in events since August 2026.","logType":"string","type":"string"},"ccl":{"description":"Cloud confidence level.","logType":"string","type":"string"},"sAMAccountName":{"description":"Active Directory account name of the user.","logType":"string","type":"string","alsoHolds":["username"]},"userPrincipalName":{"description":"Active Directory user principal name.","logType":"string","type":"string","alsoHolds":["email","username"]}}};
const pattern0 = new RegExp("\\S", "u");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="Netskope.Audit" */;
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.timestamp === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "timestamp"},message:"must have required property '"+"timestamp"+"'"};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.type === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "type"},message:"must have required property '"+"type"+"'"};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.user === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "user"},message:"must have required property '"+"user"+"'"};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.audit_log_event === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "audit_log_event"},message:"must have required property '"+"audit_log_event"+"'"};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.supporting_data === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "supporting_data"},message:"must have required property '"+"supporting_data"+"'"};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data._id === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "_id"},message:"must have required property '"+"_id"+"'"};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.timestamp !== undefined){
let data0 = data.timestamp;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
const err6 = {instancePath:instancePath+"/timestamp",schemaPath:"#/properties/timestamp/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 4102444799 || isNaN(data0)){
const err7 = {instancePath:instancePath+"/timestamp",schemaPath:"#/properties/timestamp/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4102444799},message:"must be <= 4102444799"};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data0 < 946684800 || isNaN(data0)){
const err8 = {instancePath:instancePath+"/timestamp",schemaPath:"#/properties/timestamp/minimum",keyword:"minimum",params:{comparison: ">=", limit: 946684800},message:"must be >= 946684800"};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
if(data.type !== undefined){
if(typeof data.type !== "string"){
const err9 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.user !== undefined){
if(typeof data.user !== "string"){
const err10 = {instancePath:instancePath+"/user",schemaPath:"#/properties/user/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.is_netskope_personnel !== undefined){
if(typeof data.is_netskope_personnel !== "boolean"){
const err11 = {instancePath:instancePath+"/is_netskope_personnel",schemaPath:"#/properties/is_netskope_personnel/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.severity_level !== undefined){
let data4 = data.severity_level;
if(!(((typeof data4 == "number") && (!(data4 % 1) && !isNaN(data4))) && (isFinite(data4)))){
const err12 = {instancePath:instancePath+"/severity_level",schemaPath:"#/properties/severity_level/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.audit_log_event !== undefined){
if(typeof data.audit_log_event !== "string"){
const err13 = {instancePath:instancePath+"/audit_log_event",schemaPath:"#/properties/audit_log_event/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.supporting_data !== undefined){
let data6 = data.supporting_data;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.data_type !== undefined){
if(typeof data6.data_type !== "string"){
const err14 = {instancePath:instancePath+"/supporting_data/data_type",schemaPath:"#/properties/supporting_data/properties/data_type/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data6.data_values !== undefined){
if(!(Array.isArray(data6.data_values))){
const err15 = {instancePath:instancePath+"/supporting_data/data_values",schemaPath:"#/properties/supporting_data/properties/data_values/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/supporting_data",schemaPath:"#/properties/supporting_data/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data.organization_unit !== undefined){
if(typeof data.organization_unit !== "string"){
const err17 = {instancePath:instancePath+"/organization_unit",schemaPath:"#/properties/organization_unit/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data.ur_normalized !== undefined){
if(typeof data.ur_normalized !== "string"){
const err18 = {instancePath:instancePath+"/ur_normalized",schemaPath:"#/properties/ur_normalized/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data.count !== undefined){
let data11 = data.count;
if(!(((typeof data11 == "number") && (!(data11 % 1) && !isNaN(data11))) && (isFinite(data11)))){
const err19 = {instancePath:instancePath+"/count",schemaPath:"#/properties/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data._insertion_epoch_timestamp !== undefined){
let data12 = data._insertion_epoch_timestamp;
if(!(((typeof data12 == "number") && (!(data12 % 1) && !isNaN(data12))) && (isFinite(data12)))){
const err20 = {instancePath:instancePath+"/_insertion_epoch_timestamp",schemaPath:"#/properties/_insertion_epoch_timestamp/type",keyword:"type",params:{type: "integer"},message:"must be integer"};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data._id !== undefined){
let data13 = data._id;
if(typeof data13 === "string"){
if(!pattern0.test(data13)){
const err21 = {instancePath:instancePath+"/_id",schemaPath:"#/properties/_id/pattern",keyword:"pattern",params:{pattern: "\\S"},message:"must match pattern \""+"\\S"+"\""};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/_id",schemaPath:"#/properties/_id/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data.details !== undefined){
if(!(Array.isArray(data.details))){
const err23 = {instancePath:instancePath+"/details",schemaPath:"#/properties/details/type",keyword:"type",params:{type: "array"},message:"must be array"};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.record_type !== undefined){
if(typeof data.record_type !== "string"){
const err24 = {instancePath:instancePath+"/record_type",schemaPath:"#/properties/record_type/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.ccl !== undefined){
if(typeof data.ccl !== "string"){
const err25 = {instancePath:instancePath+"/ccl",schemaPath:"#/properties/ccl/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.sAMAccountName !== undefined){
if(typeof data.sAMAccountName !== "string"){
const err26 = {instancePath:instancePath+"/sAMAccountName",schemaPath:"#/properties/sAMAccountName/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data.userPrincipalName !== undefined){
if(typeof data.userPrincipalName !== "string"){
const err27 = {instancePath:instancePath+"/userPrincipalName",schemaPath:"#/properties/userPrincipalName/type",keyword:"type",params:{type: "string"},message:"must be string"};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
else {
const err28 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

